import type { AccountId } from '../kernel/ids.ts'

/** Named sets of permissions. `user` and `admin` exist from the start. */
export interface RolesTable {
  name: string
  /** What the role is for, for people. */
  description: string | null
  created_at: number
  updated_at: number
}

export interface RolePermissionsTable {
  role: string
  /** Such as `users:read`. The role `admin` has a row for each permission of any role, so that it holds all of them. */
  permission: string
}

/** The links with which the operator makes the first administrator. Empty as soon as there is one. */
export interface SetupLinksTable {
  /** SHA-256 of the token. */
  token_digest: string
  created_at: number
}

export interface AccountRolesTable {
  account_id: AccountId
  role: string
}

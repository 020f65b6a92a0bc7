import { displayName, isVerified } from '../../../users/accounts/model.ts'
import { type RoleId, roleIdOf, type ShownAccount } from './model.ts'

/** A user of the old API. */
export interface OldUser {
  readonly id: number
  readonly name: string
  readonly email: string | null
  readonly role_id: RoleId
  readonly address: string | null
  readonly nid: string
  readonly phone_number: string | null
  readonly verified: boolean
  readonly created_at: string
}

export type OldProfile = Pick<OldUser, 'id' | 'name' | 'email' | 'role_id' | 'nid' | 'verified'>

export function oldProfileOf({ id, account, roles, details }: ShownAccount): OldProfile {
  return {
    id,
    // The old pages let no one in whose name is empty.
    name: displayName(account) ?? account.username ?? account.email ?? '',
    email: account.email,
    role_id: roleIdOf(roles),
    nid: details?.nationalId ?? '',
    verified: isVerified(account),
  }
}

export function oldUserOf(shown: ShownAccount): OldUser {
  const { account, details, phoneNumber } = shown
  return {
    ...oldProfileOf(shown),
    address: details?.address ?? null,
    phone_number: phoneNumber,
    created_at: account.createdAt.toISOString(),
  }
}

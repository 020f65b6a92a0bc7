import type { Account } from '../../../../platform/kernel/account.ts'
import { displayName, isVerified, type PrivateDetails } from '../../../users/accounts/model.ts'
import { type RoleId, roleIdOf } from './model.ts'

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

/** What the old answers are made from. The details are null if the caller may not see them. */
export interface ShownAccount {
  readonly id: number
  readonly account: Account
  readonly roles: readonly string[]
  readonly details: PrivateDetails | null
  /** As the owner typed it. */
  readonly phoneNumber: string | null
}

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

import type { Account } from '../../../../platform/kernel/account.ts'
import { adminRole } from '../../../authorization/roles/model.ts'
import type { PrivateDetails } from '../../../users/accounts/model.ts'

/** The source of the integer ids of this contract (`users/external-ids`). */
export const oauthBearerSource = 'oauth-bearer'

/** 2 for an administrator, and 1 for everyone else, as the old pages compare it. */
export type RoleId = 1 | 2

/** It is read from the roles, and no request changes it: the old page for administrators asks for 2 without any proof. */
export function roleIdOf(roles: readonly string[]): RoleId {
  return roles.includes(adminRole) ? 2 : 1
}

/** The integer in a path; null for anything else. */
export function readOldId(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** What the old answers are made from. The details are null if the caller may not see them. */
export interface ShownAccount {
  readonly id: number
  readonly account: Account
  readonly roles: readonly string[]
  readonly details: PrivateDetails | null
  /** As the owner typed it. */
  readonly phoneNumber: string | null
}

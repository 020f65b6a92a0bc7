import { adminRole } from '../../../authorization/roles/model.ts'

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

import type { Account } from './account.ts'

const rolesPrefix = 'required-for-roles:'

/** A value of `PROXIMA_SECOND_FACTOR`. */
export type SecondFactorSetting = 'off' | 'optional' | 'required' | `${typeof rolesPrefix}${string}`

/** Decides who is asked for a second factor, and who must have one. */
export interface SecondFactorRule {
  /** False if no one is asked, even if they have a second factor. */
  readonly asks: boolean
  /** True if whether an account must have a second factor depends on its roles. */
  readonly dependsOnRoles: boolean
  /** True if the account must have one. A service account never signs in, so it needs none. */
  requires(account: Pick<Account, 'kind'>, roles: readonly string[]): boolean
}

export function secondFactorRule(setting: SecondFactorSetting): SecondFactorRule {
  const roles = rolesOf(setting)
  return {
    asks: setting !== 'off',
    dependsOnRoles: roles.length > 0,
    requires: ({ kind }, held) =>
      kind === 'person' && (setting === 'required' || held.some((role) => roles.includes(role))),
  }
}

/** The roles whose members must have a second factor. */
export function rolesOf(setting: SecondFactorSetting): readonly string[] {
  if (!setting.startsWith(rolesPrefix)) return []
  return setting
    .slice(rolesPrefix.length)
    .split(',')
    .map((role) => role.trim())
}

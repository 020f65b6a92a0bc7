import type { Account } from './account.ts'
import { type Authentication, isMultiFactor } from './principal.ts'

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
  /** True if a session in which this was proved has the second factor that the settings ask for. */
  isMetBy(authentication: Authentication): boolean
}

/** @param codes the contacts that are second factors */
export function secondFactorRule(
  setting: SecondFactorSetting,
  codes: readonly ('email' | 'phone_number')[] = [],
): SecondFactorRule {
  const roles = rolesOf(setting)
  return {
    asks: setting !== 'off',
    dependsOnRoles: roles.length > 0,
    requires: ({ kind }, held) =>
      kind === 'person' && (setting === 'required' || held.some((role) => roles.includes(role))),
    isMetBy: (authentication) =>
      isMultiFactor(authentication) || (codes.includes('email') && isByPasswordAndMail(authentication)),
  }
}

/**
 * An email is no authenticator (NIST SP 800-63B-4 §3.1.3.1), so such a session stays at one factor for every service that
 * reads its `acr`. Only an operator who accepts it can ask for no more.
 */
function isByPasswordAndMail({ amr }: Authentication): boolean {
  return amr.includes('email') && ['pwd', 'user_secret', 'federated'].some((value) => amr.includes(value))
}

/** The roles whose members must have a second factor. */
export function rolesOf(setting: SecondFactorSetting): readonly string[] {
  if (!setting.startsWith(rolesPrefix)) return []
  return setting
    .slice(rolesPrefix.length)
    .split(',')
    .map((role) => role.trim())
}

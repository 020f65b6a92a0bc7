import { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { SecondFactorRule } from '../../../platform/kernel/second-factor-rule.ts'

/**
 * A session from before the settings or the roles of its owner asked for a second factor is refused, at once and at every
 * refresh. Its owner signs in again, and adds a factor then. It is not ended: the settings may change back.
 * @throws `invalid_token`
 */
export function assertFactor(
  principal: Principal,
  rule: Pick<SecondFactorRule, 'requires' | 'isMetBy'>,
): void {
  if (lacksFactor(principal, rule)) throw new Failure(invalidToken, { detail: factorMissing })
}

/**
 * True if the owner must have a second factor, and the session began without one. An administrator who sees the account
 * has given their own.
 */
function lacksFactor(
  { account, authentication, impersonator, roles }: Principal,
  rule: Pick<SecondFactorRule, 'requires' | 'isMetBy'>,
): boolean {
  if (impersonator !== null || rule.isMetBy(authentication)) return false
  return rule.requires(account, roles)
}

const factorMissing =
  'This session began without the second factor that is now required. Sign in again. If you have no second factor, you can add one then.'

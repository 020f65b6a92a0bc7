import type { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenProof } from './model.ts'
import type { FactorReauthentication, ReauthenticationService } from './service.ts'

/**
 * Evaluates the one credential or factor with which a signed-in user proves again who they are.
 * @throws `validation_failed` unless exactly one is given, `invalid_credentials`, `rate_limited`, `overloaded`
 */
export async function proveOwner(
  reauthentication: Pick<ReauthenticationService, 'byCredentials' | 'byFactor'>,
  caller: Principal,
  { factor, ...credentials }: GivenProof,
  context: RequestContext,
): Promise<FactorReauthentication> {
  const given = Object.values(credentials).length + (factor === undefined ? 0 : 1)
  if (given > 1) throw oneProofNeeded()
  if (factor !== undefined) return await reauthentication.byFactor(caller, factor, context)
  const owner = await reauthentication.byCredentials(caller, credentials, context)
  return {
    methods: owner.method === 'session' ? [] : [owner.method],
    confirm: (transaction) => owner.confirm(transaction),
  }
}

export function oneProofNeeded(): Failure {
  const detail = 'Give exactly one of current_password, user_secret, and factor with code or response.'
  return invalidFields({ pointer: '', code: 'one_proof_needed', detail })
}

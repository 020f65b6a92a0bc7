import type { Problem } from '../../../platform/kernel/failures.ts'
import type { Bearer } from '../../../platform/kernel/principal.ts'

/**
 * One answer for a wrong secret, a stranger, a suspended or deleted account and one without a password (ASVS 6.3.8). So
 * everybody is told how a deleted one comes back, its owner among them.
 */
export const invalidCredentials: Problem = {
  code: 'invalid_credentials',
  kind: 'unauthenticated',
  title: 'Credentials refused',
  advice:
    'There is no account with this identifier and secret. Check both and try again. An account that was deleted a ' +
    'short while ago can be restored with them.',
}

export const stepUpRequired: Problem = {
  code: 'step_up_required',
  kind: 'forbidden',
  title: 'Fresh sign-in needed',
  advice: 'This call needs a session that was begun a short while ago. Sign in again and repeat it there.',
}

/** Who is to be proven. */
export type ProofCaller = Pick<Bearer, 'accountId' | 'sessionId'>

/** What the caller gave to prove it; one of them. */
export interface GivenProof {
  readonly currentPassword?: string
  readonly userSecret?: string
}

import type { Problem } from '../../../platform/kernel/failures.ts'
import type { Bearer } from '../../../platform/kernel/principal.ts'

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

import type { Problem } from '../../../platform/kernel/failures.ts'

export const stepUpRequired: Problem = {
  code: 'step_up_required',
  kind: 'forbidden',
  title: 'Fresh sign-in needed',
  advice: 'This call needs a recent sign-in. Sign in again and repeat the call in the new session.',
  cause:
    'The session is older than a sign-in counts as recent (`PROXIMA_FRESH_SESSION_SECONDS`). A stolen session must not be enough for this call.',
}

/** The credential that a signed-in user gives again: one of the two, or neither if a fresh session is enough. */
export interface GivenCredentials {
  readonly currentPassword?: string
  readonly userSecret?: string
}

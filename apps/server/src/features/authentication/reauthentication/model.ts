import type { Problem } from '../../../platform/kernel/failures.ts'

export const stepUpRequired: Problem = {
  code: 'step_up_required',
  kind: 'forbidden',
  title: 'Fresh sign-in needed',
  advice: 'This call needs a recent sign-in. Sign in again and repeat the call in the new session.',
  cause:
    'The session began too long ago (`PROXIMA_FRESH_SESSION_SECONDS`). This call needs a recent sign-in, so that a stolen session is not enough.',
}

/** The credential that a signed-in user gives again: one of the two, or neither if a fresh session is enough. */
export interface GivenCredentials {
  readonly currentPassword?: string
  readonly userSecret?: string
}

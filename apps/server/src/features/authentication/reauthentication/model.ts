import type { Problem } from '../../../platform/kernel/failures.ts'

export const stepUpRequired: Problem = {
  code: 'step_up_required',
  kind: 'forbidden',
  title: 'Fresh sign-in needed',
  advice: 'This call needs a session that was begun a short while ago. Sign in again and repeat it there.',
}

/** The credentials that a signed-in user gives again; one of them. */
export interface GivenCredentials {
  readonly currentPassword?: string
  readonly userSecret?: string
}

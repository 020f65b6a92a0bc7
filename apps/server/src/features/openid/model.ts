import type { Problem } from '../../platform/kernel/failures.ts'

/** Where a person decides about an application. */
export const consentPath = '/consent'

/** An authorization code is used at once (RFC 6749 §4.1.2: at most ten minutes). */
export const codeSeconds = 60
/** How long a person may take to sign in and to decide. */
export const interactionSeconds = 3_600
/** RFC 9126 §2.2: a pushed request is used at once. */
export const pushedRequestSeconds = 60

export const unknownRequest: Problem = {
  code: 'authorization_request_not_found',
  kind: 'not_found',
  title: 'Sign-in not found',
  advice: 'Go back to the application, and sign in there again.',
  cause: 'The request of the application has expired, or was finished already.',
}

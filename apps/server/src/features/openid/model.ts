/** Where a person decides about an application. */
export const consentPath = '/consent'

/** An authorization code is used at once (RFC 6749 §4.1.2: at most ten minutes). */
export const codeSeconds = 60
/** How long a person may take to sign in and to decide. */
export const interactionSeconds = 3_600
/** RFC 9126 §2.2: a pushed request is used at once. */
export const pushedRequestSeconds = 60

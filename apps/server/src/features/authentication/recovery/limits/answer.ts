/** The limits of the routes by which someone recovers an account. */

/** Each request may send a message, whose caps are stricter. */
export const requestLimit = { name: 'recovery', quota: 30, windowSeconds: 300 }
export const verifyLimit = { name: 'recovery-verify', quota: 60, windowSeconds: 300 }
/** Each call may hash a password. */
export const resetLimit = { name: 'recovery-reset', quota: 60, windowSeconds: 300 }

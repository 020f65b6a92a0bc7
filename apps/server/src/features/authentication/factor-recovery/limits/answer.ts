/** The limits of the calls with which someone recovers a second factor. */

/** Each may send messages, whose caps are stricter. */
export const reportLimit = { name: 'factor-recovery', quota: 30, windowSeconds: 300 }
export const confirmLimit = { name: 'factor-recovery-confirm', quota: 60, windowSeconds: 300 }

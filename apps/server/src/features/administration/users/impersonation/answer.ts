/** Each may notify the owner. */
export const impersonationLimit = { name: 'impersonation', quota: 60, windowSeconds: 3_600 }

/** Accounts are free, so a limit for each of them is not enough. */
export const uploadLimit = { name: 'picture-upload', quota: 300, windowSeconds: 3_600 }

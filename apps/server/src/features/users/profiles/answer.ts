/** Each change is recorded, and accounts are free. */
export const profileLimit = { name: 'profile-changes', quota: 1_000, windowSeconds: 3_600 }

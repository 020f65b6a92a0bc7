/** Each call hashes two passwords. The limit covers all accounts, as at sign-in. */
export const passwordLimit = { name: 'password-change', quota: 60, windowSeconds: 300 }

/** It reveals whether a name is taken, so it has the limit of the availability check (A37). */
export const usernameLimit = { name: 'username-change', quota: 60, windowSeconds: 60 }

export const secretLimit = { name: 'secret-renewal', quota: 60, windowSeconds: 300 }

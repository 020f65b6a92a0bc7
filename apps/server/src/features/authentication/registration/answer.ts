/** The limits of the routes that register people. */

export const registerLimit = { name: 'register', quota: 300, windowSeconds: 300 }

/** Enough for a form that checks while the user types, and far too little to try a list of addresses. */
export const availabilityLimit = { name: 'availability', quota: 60, windowSeconds: 60 }

/** Each call hashes a password. */
export const confirmLimit = { name: 'registration-confirm', quota: 60, windowSeconds: 300 }

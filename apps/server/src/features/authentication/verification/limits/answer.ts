/** The limits of the routes by which someone confirms a contact. */

/** Each request sends a message, whose caps are stricter. */
export const requestLimit = { name: 'verification', quota: 30, windowSeconds: 300 }
export const confirmLimit = { name: 'verification-confirm', quota: 60, windowSeconds: 300 }

/** The limits of the routes by which someone gives a second factor. */

/** Each request may send a message, whose caps are stricter. */
export const sendLimit = { name: 'second-factor-code', quota: 30, windowSeconds: 300 }

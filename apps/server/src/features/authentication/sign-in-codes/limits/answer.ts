/** The limits of the routes by which someone signs in with a code. */

/** Each request may send a message, whose caps are stricter. */
export const requestLimit = { name: 'sign-in-code', quota: 30, windowSeconds: 300 }

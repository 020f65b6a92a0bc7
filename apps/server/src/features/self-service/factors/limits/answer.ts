/** For each route that changes the second factors of its caller. */
export const factorsLimit = { name: 'factors', quota: 60, windowSeconds: 300 }

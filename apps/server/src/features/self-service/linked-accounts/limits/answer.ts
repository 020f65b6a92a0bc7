/** For the calls that change the connected accounts of a caller. */
export const linkedAccountsLimit = { name: 'linked-accounts', quota: 60, windowSeconds: 300 }

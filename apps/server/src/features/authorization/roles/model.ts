/** The role of every new account. */
export const defaultRole = 'user'

/** What everybody has. */
export const defaultRole = 'user'

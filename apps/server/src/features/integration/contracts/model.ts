/**
 * How long the tokens of the old backends lived. Their clients do not refresh, so a shorter life would sign people out
 * sooner than they are used to.
 */
export const contractTokenSeconds = {
  'phone-password': 86_400,
  'user-secret': 1_800,
  'user-secret-envelope': 1_800,
  'session-code': 86_400,
  'oauth-bearer': 604_800,
} as const

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

/** The fields of the native API that no old client sends: a body with one of them is native. */
export const nativeRegistrationFields = [
  'email',
  'phone_number',
  'password',
  'full_name',
  'given_name',
  'family_name',
  'address',
  'national_id',
]

/** The same for a sign-in with a user secret. */
export const nativeTokenFields = ['mode']

import type { Problem } from '../../../platform/kernel/failures.ts'

export const lastSignInMethod: Problem = {
  code: 'last_sign_in_method',
  kind: 'conflict',
  title: 'Your only way to sign in',
  advice:
    'First add another way: a passkey, a connected account of another provider, or a password, by recovering your account. Then remove this one.',
  cause:
    'The account has no password and no user secret, so no one could sign in without its last passkey or connected account.',
}

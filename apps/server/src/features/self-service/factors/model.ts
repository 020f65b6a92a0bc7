import type { Problem } from '../../../platform/kernel/failures.ts'
import type { Factor } from '../../authenticators/factors/model.ts'

/** The second factors of an account, as its owner sees them. */
export interface OwnFactors {
  readonly factors: readonly Factor[]
  readonly recoveryCodesLeft: number
}

export const noSecondFactor: Problem = {
  code: 'no_second_factor',
  kind: 'conflict',
  title: 'No second factor',
  advice: 'First add a second factor, such as an authenticator app. You then get recovery codes.',
  cause: 'Recovery codes stand in for a second factor, so an account without one has none.',
}

export const lastFactor: Problem = {
  code: 'last_factor',
  kind: 'conflict',
  title: 'Last second factor',
  advice: 'Your account must have a second factor. First add another one, and then remove this one.',
  cause:
    'The settings of the server (`PROXIMA_SECOND_FACTOR`) require a second factor of the account, and this is its only one.',
}

export const lastSignInMethod: Problem = {
  code: 'last_sign_in_method',
  kind: 'conflict',
  title: 'Your only way to sign in',
  advice:
    'First add another passkey, or set a password by recovering your account. Then remove this passkey.',
  cause: 'The account has no password and no user secret, so no one could sign in without its last passkey.',
}

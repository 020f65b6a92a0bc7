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

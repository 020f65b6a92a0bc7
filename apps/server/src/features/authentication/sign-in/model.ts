import type { Account } from '../../../platform/kernel/account.ts'
import { Failure, type Problem } from '../../../platform/kernel/failures.ts'
import type { Grants, Permission } from '../../../platform/kernel/permission.ts'
import type { Delegation } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditAction } from '../../safeguards/audit/model.ts'
import type {
  AuthenticationMethod,
  SessionClient,
  StartedSession,
} from '../../session-management/sessions/model.ts'
import type { IssuedAccessToken } from '../../session-management/tokens/model.ts'

/**
 * One answer for a wrong secret, an unknown identifier, a suspended or deleted account and an account without a
 * password (ASVS 6.3.8). It shows everyone how to restore a deleted account, because it cannot show this to the owner
 * alone.
 */
export const invalidCredentials: Problem = {
  code: 'invalid_credentials',
  kind: 'unauthenticated',
  title: 'Credentials refused',
  advice:
    'The credentials are wrong. Check them and try again. After many wrong passwords, the right one is refused too, for ' +
    'up to an hour.',
  cause:
    'The identifier is unknown, or the password or user secret does not belong to it. Both get the same answer, so ' +
    'that no one can find out who has an account. An account that its owner has deleted is refused too: within the ' +
    'grace period, `POST /v1/auth/restore` takes the same credentials.',
}

export const mfaRequired: Problem = {
  code: 'mfa_required',
  kind: 'unauthenticated',
  title: 'Second factor needed',
  advice:
    'The first factor is correct. Finish the sign-in with the challenge and one of the other factors: POST /v1/auth/mfa.',
  cause:
    'The account has a second factor. The challenge is valid for five minutes and is good for nothing but to finish this sign-in. A wrong second factor gets the same answer again. `challenge` is null if the sign-in cannot be finished in this way, such as with an old API or with `grant_type=password`. `factors` is empty if none can be given after this first factor.',
  exampleMembers: {
    challenge: 'pxm_4fXw0uUe2pYzJqk8RtVh6nB1cD3sG5mL7aQ9iO0eW2Y',
    factors: ['totp', 'recovery_code'],
  },
}

export const factorEnrolmentRequired: Problem = {
  code: 'factor_enrolment_required',
  kind: 'forbidden',
  title: 'Second factor missing',
  advice:
    'The first factor is correct, but the account needs a second factor and has none. Add one: send `enrolment` as the bearer token of POST /v1/me/factors/totp. Then sign in again.',
  cause:
    'The settings of the server (`PROXIMA_SECOND_FACTOR`) require a second factor of this account, and it has none. The `enrolment` credential is valid for ten minutes, and opens nothing but the calls that add a first factor. It is null if the client cannot show them, such as that of an old API.',
  exampleMembers: { enrolment: 'pxe_9kQw0uUe2pYzJqk8RtVh6nB1cD3sG5mL7aQ9iO0eW2Y' },
}

/** The client of OAuth that signs a person in. */
export interface SigningClient extends SessionClient {
  /** The permissions that it may have in the session. */
  readonly mayHave: readonly Permission[]
}

/** An attempt to sign in, whether or not it succeeds. */
export interface SignInAttempt {
  /** Null if no account has the identifier or the secret. */
  readonly account: Account | null
  readonly methods: readonly AuthenticationMethod[]
  readonly context: RequestContext
  /** The audit action of an attempt that is refused or throttled. */
  readonly action: Extract<AuditAction, 'sign_in' | 'restoration'>
}

export interface RefusedSignIn extends SignInAttempt {
  /** True if it came too early after wrong guesses. Only the audit trail shows it. */
  readonly isLimited?: boolean
}

export interface SignedIn extends Grants {
  readonly kind: 'signed_in'
  readonly account: Account
  readonly session: StartedSession
  /** Null if a session code or a cookie takes its place. */
  readonly accessToken: IssuedAccessToken | null
  /** What the owner has let the application do that signs in for them; absent unless one does. */
  readonly delegation?: Delegation | null
}

/** A challenge only allows its holder to finish the sign-in. */
export interface SecondFactorChallenge {
  /** Null if the client has no way to finish the sign-in: that of an old API, or one that sends passwords by OAuth. */
  readonly challenge: string | null
  /** The usual one first. */
  readonly factors: readonly string[]
}

export interface SecondFactorRequired extends SecondFactorChallenge {
  readonly kind: 'second_factor_required'
  /** True if the owner can trust this device, so that it is not asked again for a while. Only pages ask for it. */
  readonly mayTrustDevice: boolean
}

/** The account must have a second factor, and has none. */
export interface FactorEnrolmentRequired {
  readonly kind: 'factor_enrolment_required'
  /** Null if the client has no way to add one. */
  readonly enrolment: string | null
}

/** What is missing before the sign-in can end. */
export type FactorDemand = SecondFactorRequired | FactorEnrolmentRequired

export type SignInOutcome = SignedIn | FactorDemand

const noFactorNow =
  'The first factor is correct, but no second factor of the account can be given after it. A code that was sent is no second factor after another one, and none goes to the contact by which the account was recovered within the last day. Sign in with the password or with a passkey, or try again later.'

/** @throws `mfa_required`, `factor_enrolment_required` */
export function requireSignedIn(outcome: SignInOutcome): SignedIn {
  switch (outcome.kind) {
    case 'signed_in':
      return outcome
    case 'second_factor_required': {
      const { challenge, factors } = outcome
      const members = { challenge, factors }
      throw new Failure(mfaRequired, factors.length > 0 ? { members } : { detail: noFactorNow, members })
    }
    case 'factor_enrolment_required':
      throw new Failure(factorEnrolmentRequired, { members: { enrolment: outcome.enrolment } })
  }
}

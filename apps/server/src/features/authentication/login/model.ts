import type { Account } from '../../../platform/kernel/account.ts'
import type { SessionMode, StartedSession } from '../../session-management/sessions/model.ts'
import type { IssuedAccessToken } from '../../session-management/tokens/model.ts'
import type { Identifier } from '../../users/accounts/identifiers/identifier.ts'

export interface SignedIn {
  readonly account: Account
  readonly roles: readonly string[]
  readonly session: StartedSession
  /** Null where a session code or a cookie stands for it. */
  readonly accessToken: IssuedAccessToken | null
}

/** As what it was given; `any` where the client leaves that to us. */
export interface GivenIdentifier {
  readonly kind: 'any' | Identifier['kind']
  readonly text: string
}

/** The identifier may be given under its own name or as just `identifier`; one of them. */
export interface PasswordLogin {
  readonly identifiers: readonly GivenIdentifier[]
  readonly password: string
  readonly mode: SessionMode
}

export interface SecretLogin {
  readonly userSecret: string
  readonly mode: SessionMode
}

/** One of both: identifier and password, or the secret. */
export interface Restoration {
  readonly identifiers: readonly GivenIdentifier[]
  readonly password: string | undefined
  readonly userSecret: string | undefined
  readonly mode: SessionMode
}

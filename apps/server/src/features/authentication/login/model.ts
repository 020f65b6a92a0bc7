import type { SessionMode } from '../../session-management/sessions/model.ts'
import type { Identifier } from '../../users/accounts/identifiers/identifier.ts'

/** An identifier, and its kind if the client names it. */
export interface GivenIdentifier {
  readonly kind: 'any' | Identifier['kind']
  readonly text: string
}

/** A sign-in must give exactly one identifier. */
export interface PasswordLogin {
  readonly identifiers: readonly GivenIdentifier[]
  readonly password: string
  readonly mode: SessionMode
}

export interface SecretLogin {
  readonly userSecret: string
  readonly mode: SessionMode
}

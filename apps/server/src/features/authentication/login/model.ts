import type { ClientId } from '../../../platform/kernel/ids.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { SessionMode } from '../../session-management/sessions/model.ts'
import type { Identifier } from '../../users/accounts/identifiers/identifier.ts'
import type { SignedIn, SigningClient } from '../sign-in/model.ts'

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
  /** The client that sends the password by OAuth; absent if it is the person. */
  readonly client?: SigningClient | null
  /** A shorter life than the session would have; absent for the usual one. An access token lasts as long. */
  readonly lifeSecondsMax?: number
}

export interface SecretLogin {
  readonly userSecret: string
  readonly mode: SessionMode
  /** As for a password. */
  readonly lifeSecondsMax?: number
}

/** What a client of OAuth may get. */
export interface RefreshLimits {
  /** The client that sends the token; null for people who signed in to Proxima itself. */
  readonly clientId: ClientId | null
  /** The permissions that the client asks for, out of those that it may have. */
  readonly narrow: (permissions: readonly Permission[]) => readonly Permission[]
  /** What the application may ask for, as it is registered now; absent for other clients. */
  readonly application?: { readonly scope: readonly string[]; readonly isFirstParty: boolean }
}

/** Gets the next tokens of a session. */
export interface Refreshing {
  /** @throws `invalid_token`, also for the token of another client; the failures of `narrow` */
  refresh(refreshToken: string, context: RequestContext, limits: RefreshLimits): Promise<SignedIn>
}

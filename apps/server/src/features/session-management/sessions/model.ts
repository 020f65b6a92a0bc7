import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId, ClientId, SessionId } from '../../../platform/kernel/ids.ts'
import type { Grants, Permission } from '../../../platform/kernel/permission.ts'
import type { Authentication, Principal } from '../../../platform/kernel/principal.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'

/** A way to prove one's identity, under its name in the audit trail. The last two are those of clients. */
export type AuthenticationMethod = 'password' | 'user_secret' | 'client_secret' | 'private_key_jwt'

/** The values of RFC 8176 §2. A method that has no value there keeps its own name. */
const amrValues: Readonly<Record<AuthenticationMethod, string>> = {
  password: 'pwd',
  user_secret: 'user_secret',
  client_secret: 'client_secret',
  private_key_jwt: 'private_key_jwt',
}

export function amrOf(methods: readonly AuthenticationMethod[]): string[] {
  return methods.map((method) => amrValues[method])
}

/**
 * The kind of credential that the client sends after the sign-in. `access_token`: an access token that cannot be renewed,
 * so the session ends with it. `contract_token`: the same, but the token has the form of an old API, which makes it.
 */
export type SessionMode = 'token' | 'access_token' | 'contract_token' | 'code' | 'cookie'

/** The client that got a session by OAuth, and what it may do in it. */
export interface SessionClient {
  readonly id: ClientId
  /** Null for everything that the client may do, at any time. */
  readonly scope: readonly Permission[] | null
}

export interface NewSession {
  readonly accountId: AccountId
  readonly methods: readonly AuthenticationMethod[]
  readonly mode: SessionMode
  readonly context: RequestContext
  /** Absent if the owner signed in to Proxima itself. */
  readonly client?: SessionClient | null
  /** A shorter life than the session would have; absent for the usual one. */
  readonly lifeSecondsMax?: number
}

export interface Session {
  readonly id: SessionId
  readonly accountId: AccountId
  readonly authentication: Authentication
  /** Null if no network request has started it. */
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** A page of sessions that are older than `before`. */
export interface Page {
  readonly before: SessionId | null
  readonly limit: number
}

/** A session, and the credentials that its client gets. They are shown only once. */
export interface StartedSession {
  readonly id: SessionId
  readonly authentication: Authentication
  readonly expiresAt: Date
  readonly refreshToken: string | null
  readonly code: string | null
}

/**
 * The result of a refresh in an active session. `replaced`: the token is replaced by the next one. `repeated`: it was
 * replaced a moment ago and gets the same next token again. `reused`: someone uses it who should not have it (RFC 9700
 * §4.14.2).
 */
export type RefreshOutcome =
  | {
      readonly kind: 'replaced' | 'repeated'
      readonly principal: Principal
      readonly refreshToken: string
    }
  | { readonly kind: 'reused'; readonly principal: Principal }

/** The moment at which a session must be usable: neither past its end nor idle for too long. */
export interface Moment {
  readonly now: Date
  /** A session that was last seen before this is over. */
  readonly idleSince: Date
  /** A session whose end is later is over too. */
  readonly latestEnd: Date
}

/** The refresh tokens of one session. All except the last have been replaced. */
export interface RefreshFamily {
  /** The owner of the session, with their current roles. */
  readonly principal: Principal
  readonly lastSeenAt: Date
  readonly keySealed: string
  /** The number of the last token. */
  readonly generation: number
  /** When the earlier tokens were replaced, the latest first. Goes back only as far as the grace window. */
  readonly replacedAt: readonly number[]
}

/** What a look-up of a session says about the client that got it. */
export interface ClientColumns {
  readonly client_id: ClientId | null
  readonly scope: string | null
  /** What the client may do now; null if there is no such client any more. */
  readonly client_scope: string | null
}

/** False if the client that got the session has been deleted (I2). */
export function hasClient({ client_id: id, client_scope: scope }: ClientColumns): boolean {
  return id === null || scope !== null
}

/** In the session of a client, the owner may do only what the client may do now, and has asked for. */
export function narrowedTo(
  { client_id: id, client_scope: allowed, scope: asked }: ClientColumns,
  { roles, permissions }: Grants,
): Grants {
  if (id === null) return { roles, permissions }
  const scopes = [allowed ?? '', ...(asked === null ? [] : [asked])].map((text) => new Set(text.split(' ')))
  return { roles, permissions: permissions.filter((each) => scopes.every((scope) => scope.has(each))) }
}

/** The refusal of a credential. Only the log has the reason. */
export function rejection(reason: string): Failure {
  return new Failure(invalidToken, { cause: new Error(reason) })
}

import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, type ClientId, lowestId, type SessionId } from '../../../platform/kernel/ids.ts'
import type { Grants } from '../../../platform/kernel/permission.ts'
import type {
  Authentication,
  Delegation,
  FactorStatus,
  Impersonator,
  Principal,
} from '../../../platform/kernel/principal.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'

/** A way to prove one's identity, under its name in the audit trail. The last three are those of clients and of administrators. */
export type AuthenticationMethod =
  | 'password'
  | 'user_secret'
  | 'passkey'
  | 'totp'
  | 'recovery_code'
  | 'email_code'
  | 'sms_code'
  | 'federated'
  | 'trusted_device'
  | 'client_secret'
  | 'private_key_jwt'
  | 'impersonation'

/** The values of RFC 8176 §2. A method that has no value there keeps its own name. */
const amrValues: Readonly<Record<AuthenticationMethod, readonly string[]>> = {
  password: ['pwd'],
  user_secret: ['user_secret'],
  // `swk` and not `hwk`: without attestation, nothing proves that hardware protects the key.
  passkey: ['swk', 'user'],
  totp: ['otp'],
  recovery_code: ['recovery_code'],
  email_code: ['email'],
  sms_code: ['sms'],
  // What the provider has asked for is not known, so it is one factor and no more.
  federated: ['federated'],
  // It proves nothing in this session, so no token says that it does (RFC 8176 §1).
  trusted_device: [],
  client_secret: ['client_secret'],
  private_key_jwt: ['private_key_jwt'],
  impersonation: ['impersonation'],
}

/** Factors that the owner has added, and that prove more than that someone reads a mailbox or has a phone number. */
const ownFactors: readonly AuthenticationMethod[] = ['passkey', 'totp', 'recovery_code']

/** True if the owner has proved a second factor of their own. */
export function provesOwnFactor(methods: readonly AuthenticationMethod[]): boolean {
  return methods.some((method) => ownFactors.includes(method))
}

/**
 * A passkey with user verification is two factors by itself (NIST SP 800-63B-4 §3.1.7.1). A mailbox is not an
 * authenticator (§3.1.3.1), so `email` makes no second factor.
 */
const secondFactorValues: readonly string[] = ['otp', 'recovery_code', 'sms', 'swk']

/** @param before the values that the session has already */
export function amrOf(methods: readonly AuthenticationMethod[], before: readonly string[] = []): string[] {
  const known = before.filter((value) => value !== 'mfa')
  const values = [...new Set([...known, ...methods.flatMap((method) => amrValues[method])])]
  const isMultiFactor = values.length > 1 && values.some((value) => secondFactorValues.includes(value))
  return isMultiFactor || before.includes('mfa') ? [...values, 'mfa'] : values
}

/**
 * The kind of credential that the client sends after the sign-in. `access_token`: an access token that cannot be renewed,
 * so the session ends with it. `contract_token`: the same, but the token has the form of an old API, which makes it.
 * `enrolment`: a code that opens nothing but the calls with which the owner adds a first factor.
 */
export type SessionMode = 'token' | 'access_token' | 'contract_token' | 'code' | 'cookie' | 'enrolment'

/** The client that got a session by OAuth, and what it may do in it. */
export interface SessionClient {
  readonly id: ClientId
  /** Permissions, and scopes of OpenID Connect; null for everything that the client may do, at any time. */
  readonly scope: readonly string[] | null
  /** Absent if the client got the session in another way than by OpenID Connect. */
  readonly grant?: SessionGrant
}

/** What a person has let an application do. */
export interface SessionGrant {
  readonly id: string
  /** The session in the browser with which it ends; null if it lasts on its own. */
  readonly parentId: SessionId | null
}

export interface NewSession {
  readonly accountId: AccountId
  readonly methods: readonly AuthenticationMethod[]
  readonly mode: SessionMode
  readonly context: RequestContext
  /** Absent if the owner signed in to Proxima itself. */
  readonly client?: SessionClient | null
  /** A shorter life than the session would have; absent for the usual one. */
  readonly lifeSecondsMax?: number | undefined
  /** The end of the session on which it depends; absent if it depends on none. */
  readonly endsAtMax?: Date
  /** The administrator for whom it is; absent if it is for the owner. */
  readonly impersonator?: Impersonator | null
  /** What was proved in the session that it replaces; absent after a sign-in. */
  readonly earlier?: SessionProofs
  /** What was proved in the session from which it comes, and nothing since; absent after a sign-in. */
  readonly inherited?: SessionProofs
}

export interface Session {
  readonly id: SessionId
  readonly accountId: AccountId
  readonly authentication: Authentication
  /** When the owner last proved a second factor of their own; null if they never have. */
  readonly secondFactorAt: Date | null
  readonly factorStatus: FactorStatus | null
  /** Null if no network request has started it. */
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** When the owner of a session last proved who they are, by whatever method and by a second factor of their own. */
export interface SessionProofs extends Authentication, Pick<Session, 'secondFactorAt'> {}

/** The proofs of a session after one more. */
export function renewedProofs(
  before: SessionProofs,
  methods: readonly AuthenticationMethod[],
  now: Date,
): SessionProofs {
  return {
    amr: amrOf(methods, before.amr),
    authenticatedAt: now,
    secondFactorAt: provesOwnFactor(methods) ? now : before.secondFactorAt,
  }
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

/** What a look-up of a session says about the grant by which the client got it. */
export interface GrantColumns extends Pick<ClientColumns, 'scope'> {
  readonly grant_id: string | null
}

/** Null unless an application acts for the owner, who has let it do this much and no more. */
export function delegationOf({ grant_id: grant, scope }: GrantColumns): Delegation | null {
  return grant === null ? null : { grantId: grant, scope: scope === null ? [] : scope.split(' ') }
}

/** What a look-up of a session says about the administrator for whom it is. */
export interface ImpersonationColumns {
  readonly impersonator_id: AccountId | null
  readonly impersonator_session_id: SessionId | null
  readonly impersonation_reason: string | null
}

/** What a look-up of a session says about who uses it. */
export type HolderColumns = ClientColumns & ImpersonationColumns

export function impersonationColumns(impersonator: Impersonator | null): ImpersonationColumns {
  return {
    impersonator_id: impersonator?.accountId ?? null,
    impersonator_session_id: impersonator?.sessionId ?? null,
    impersonation_reason: impersonator?.reason ?? null,
  }
}

/** Whoever sees an account as its owner does gets nothing that only its roles allow (I6). */
export function heldIn(
  session: HolderColumns,
  grants: Grants,
): Grants & { readonly impersonator: Impersonator | null } {
  const { impersonator_id: accountId, impersonator_session_id: sessionId, impersonation_reason } = session
  if (accountId === null) return { ...narrowedTo(session, grants), impersonator: null }
  // No session has the lowest id, so that a row without one admits no one.
  const impersonator = { accountId, sessionId: sessionId ?? lowestId, reason: impersonation_reason ?? '' }
  return { roles: [], permissions: [], impersonator }
}

/** The refusal of a credential. Only the log has the reason. */
export function rejection(reason: string): Failure {
  return new Failure(invalidToken, { cause: new Error(reason) })
}

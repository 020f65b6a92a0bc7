import { type AccountId, type ClientId, isId, type SessionId } from '../../../platform/kernel/ids.ts'
import { isOpenIdScope } from '../../../platform/kernel/openid-scopes.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import type { Bearer, Delegation, Impersonator, Principal } from '../../../platform/kernel/principal.ts'

/** The client id in a token whose owner signed in to Proxima itself, not to another application. */
export const firstPartyClientId = 'proxima'

/** RFC 9068 §2.1. */
export const accessTokenAlgorithm = 'ES256'

export const accessTokenType = 'at+jwt'

/**
 * The audiences of tokens that only this server accepts: those that are only good for confirming a contact, those of
 * administrators who see an account as its owner does, and those of applications that may only know who the person is. A service that verifies tokens itself refuses them, because they
 * are the audiences of no service (RFC 9068 §4, I6, I7).
 */
export const ownAudiences = {
  verification: 'urn:proxima:verification',
  impersonation: 'urn:proxima:impersonation',
  application: 'urn:proxima:application',
} as const

/** Null for a token that other services accept too. */
export function ownAudienceOf({
  impersonator,
  isForServices = true,
  mustVerify,
}: Pick<TokenSubject, 'impersonator' | 'isForServices'> & { readonly mustVerify: boolean }): string | null {
  if (impersonator != null) return ownAudiences.impersonation
  if (mustVerify) return ownAudiences.verification
  return isForServices ? null : ownAudiences.application
}

/**
 * The permissions of a token. If they are too long together, they are left out, and the token says so: a service that
 * checks it must then ask this server. Otherwise it would take a missing permission for one that the caller lacks.
 */
export type PermissionClaims =
  | { readonly permissions: readonly Permission[] }
  | { readonly permissions_truncated: true }

/** The scope of a token of a client: what its owner lets it know, and what it may do now (RFC 9068 §2.2.3). */
export function scopeClaim(
  delegation: Pick<Delegation, 'scope'> | null,
  permissions: readonly Permission[],
): string {
  return [...(delegation?.scope ?? []).filter(isOpenIdScope), ...permissions].join(' ')
}

/** False if an application acts for the owner, who has not let it know their roles. */
export function showsRoles(delegation: Pick<Delegation, 'scope'> | null): boolean {
  return delegation === null || delegation.scope.includes('roles')
}

/** In characters, as JSON. Servers refuse headers from 8 kB on, and the claim grows by a third in base64url. */
export const permissionsClaimLengthMax = 2_000

export function permissionClaims(permissions: readonly Permission[]): PermissionClaims {
  if (JSON.stringify(permissions).length > permissionsClaimLengthMax) return { permissions_truncated: true }
  return { permissions }
}

/**
 * The claims of RFC 9068 §2.2 and §2.2.1, plus the session, and the roles and their permissions at the time of issue.
 * Times are in seconds.
 */
export interface RequiredClaims {
  readonly iss: string
  readonly aud: string
  readonly sub: AccountId
  readonly client_id: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  readonly sid: SessionId
  readonly roles: readonly string[]
  readonly auth_time: number
  readonly amr: readonly string[]
  readonly acr: string
}

export type AccessTokenClaims = RequiredClaims &
  PermissionClaims & {
    /** The permissions of the token of a client (RFC 9068 §2.2.3). */
    readonly scope?: string
    /** Who acts in place of `sub` (RFC 8693 §4.1). */
    readonly act?: { readonly sub: AccountId }
  }

/** The person and the session that a token is issued for. */
export type TokenSubject = Pick<
  Principal,
  | 'account'
  | 'accountId'
  | 'sessionId'
  | 'roles'
  | 'permissions'
  | 'clientId'
  | 'authentication'
  | 'sessionEndsAt'
> & {
  /**
   * A moment from before the roles were read. The token is issued as of then: if the roles change while it is being
   * made, a service that checks tokens itself must see that it is older than the change (A77).
   */
  readonly rolesReadAt: Date
  /** What the owner has let the client do; absent unless they have been asked. */
  readonly delegation?: Pick<Delegation, 'scope'> | null
  /** False for an application that may only know who the person is; absent for all others. */
  readonly isForServices?: boolean
  /** The administrator who acts in place of the owner; absent if the owner does. */
  readonly impersonator?: Impersonator | null
}

export interface VerifiedAccessToken extends Bearer {
  readonly tokenId: string
  readonly clientId: string
  /** Null unless it was issued to a client of OAuth. */
  readonly scope: readonly string[] | null
  /** False if only this server accepts it. */
  readonly isForServices: boolean
  readonly issuedAtSeconds: number
  readonly validFromSeconds: number
  readonly expiresAtSeconds: number
}

export interface IssuedAccessToken {
  readonly token: string
  readonly expiresInSeconds: number
}

export interface ExpectedClaims {
  readonly issuer: string
  readonly audience: string
}

/** Its message is the reason. It is for the log, not for the caller. */
export class InvalidClaims extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'InvalidClaims'
  }
}

/**
 * Reads the claims of a signed payload, or throws InvalidClaims. It does not check whether the token is valid at this
 * moment, because that changes with time. Unknown claims are ignored (RFC 7519 §4).
 */
export function readClaims(
  payload: Readonly<Record<string, unknown>>,
  expected: ExpectedClaims,
): VerifiedAccessToken {
  const { iss, aud, sub, client_id: clientId, iat, exp, nbf, jti, sid, roles, scope } = payload
  // Compared character by character: a trailing slash makes another issuer (RFC 8725 §3.8).
  if (iss !== expected.issuer) throw new InvalidClaims('iss is another issuer')
  // RFC 7519 §4.1.3 allows a list, but we never issue one: each of several audiences could use the token at the others
  // (RFC 8725 §3.9, OWASP ASVS 9.2.4).
  if (aud !== expected.audience) throw new InvalidClaims('aud is not this audience alone')
  if (typeof sub !== 'string' || !isId<AccountId>(sub)) throw new InvalidClaims('sub is not an id')
  if (typeof sid !== 'string' || !isId<SessionId>(sid)) throw new InvalidClaims('sid is not an id')
  // `authenticate` compares it with the client of the session (RFC 9700 §2.3).
  if (!isClient(clientId)) throw new InvalidClaims('client_id is not a client')
  if (typeof jti !== 'string' || jti === '') throw new InvalidClaims('jti is not a text')
  if (!isStrings(roles)) throw new InvalidClaims('roles is not a list of texts')
  if (!isSeconds(iat)) throw new InvalidClaims('iat is not a time')
  if (!isSeconds(exp)) throw new InvalidClaims('exp is not a time')
  if (nbf !== undefined && !isSeconds(nbf)) throw new InvalidClaims('nbf is not a time')
  // Frozen, because all requests with this token share it.
  return Object.freeze({
    accountId: sub,
    sessionId: sid,
    roles: Object.freeze([...roles]),
    tokenId: jti,
    clientId,
    scope: readScopeClaim(scope),
    isForServices: !Object.values<string>(ownAudiences).includes(aud),
    issuedAtSeconds: iat,
    validFromSeconds: Math.max(iat, nbf ?? iat),
    expiresAtSeconds: exp,
  })
}

function isClient(value: unknown): value is string {
  return value === firstPartyClientId || (typeof value === 'string' && isId<ClientId>(value))
}

/** Null for the token of someone who signed in to Proxima itself. */
function readScopeClaim(scope: unknown): readonly string[] | null {
  if (scope === undefined) return null
  if (typeof scope !== 'string') throw new InvalidClaims('scope is not a text')
  return Object.freeze(scope.split(' '))
}

/** RFC 7519 §2 allows fractions, but we write none; 1e400 reads as infinity and would never expire (A72). */
function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

import { Failure, type Problem } from '../../../platform/kernel/failures.ts'
import type { ClientId } from '../../../platform/kernel/ids.ts'
import { isOpenIdScope } from '../../../platform/kernel/openid-scopes.ts'
import { missingFrom, type Permission } from '../../../platform/kernel/permission.ts'
import type { KeyHolder, Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type Client, readScope } from '../../authorization/clients/model.ts'
import type { VerifiedAccessToken } from '../../session-management/tokens/model.ts'

/** The paths of the endpoints, which the metadata names too. */
export const tokenPath = '/oauth/token'
export const introspectionPath = '/oauth/introspect'
export const revocationPath = '/oauth/revoke'
export const authorizationPath = '/oauth/authorize'
export const pushedRequestPath = '/oauth/par'
export const userInfoPath = '/oauth/userinfo'
export const endSessionPath = '/oauth/end_session'

/** Redeems the codes that an application gets when a person signs in to it. It comes later in the reading order. */
export interface CodeGrant {
  /** @throws `invalid_grant`, `unauthorized_client`, `malformed_request` */
  redeem(given: GivenCode, client: Client, context: RequestContext): Promise<IssuedTokens>
  /**
   * Keeps the parameters of a request, which the browser then needs not carry (RFC 9126).
   * @throws `unauthorized_client`, `invalid_scope`, `malformed_request`
   */
  push(parameters: Readonly<Record<string, string>>, client: Client): Promise<PushedRequest>
}

/** What a pushed request is known by (RFC 9126 §2.2). */
export interface PushedRequest {
  readonly requestUri: string
  readonly expiresInSeconds: number
}

/** RFC 6749 §4.1.3, RFC 7636 §4.5. */
export interface GivenCode {
  readonly code: string
  readonly codeVerifier: string | undefined
  readonly redirectUri: string | undefined
}

/** The tokens that a client gets (RFC 6749 §5.1). */
export interface IssuedTokens {
  readonly accessToken: string
  readonly expiresInSeconds: number
  readonly refreshToken: string | null
  /** Permissions, and scopes of OpenID Connect; null if the tokens are not limited. */
  readonly scope: readonly string[] | null
  /** Who has signed in (OpenID Connect Core §3.1.3.3); absent unless the application may know. */
  readonly idToken?: string
}

/** A token that works now. */
export type ActiveToken = SessionToken | ActiveKey

/** A token of a session. */
export interface SessionToken {
  readonly kind: 'access_token' | 'session_code' | 'refresh_token'
  readonly principal: Principal
  /** The client that got the token; null for people who signed in to Proxima itself. */
  readonly clientId: ClientId | null
  /** Null unless it is an access token. */
  readonly claims: VerifiedAccessToken | null
}

export interface ActiveKey {
  readonly kind: 'api_key'
  readonly principal: KeyHolder
  readonly clientId: null
  readonly expiresAt: Date
}

/** The errors of RFC 6749 §5.2. `platform/http/oauth-errors.ts` writes them. */
export const invalidClient: Problem = {
  code: 'invalid_client',
  kind: 'unauthenticated',
  title: 'Client not authenticated',
  advice: 'The client is unknown, or could not prove who it is. Check its id, and its secret or its key.',
}

export const invalidGrant: Problem = {
  code: 'invalid_grant',
  kind: 'malformed',
  title: 'Grant refused',
  advice: 'The credentials or the refresh token are not valid, or belong to another client.',
}

export const unauthorizedClient: Problem = {
  code: 'unauthorized_client',
  kind: 'malformed',
  title: 'Client not allowed',
  advice: 'This client may not use this grant. An administrator decides which grants it may use.',
}

export const unsupportedGrantType: Problem = {
  code: 'unsupported_grant_type',
  kind: 'malformed',
  title: 'Unknown grant',
  advice: 'The server does not offer this grant. Its metadata lists the grants that it offers.',
}

export const invalidScope: Problem = {
  code: 'invalid_scope',
  kind: 'malformed',
  title: 'Scope refused',
  advice: 'The client may not have these permissions. Leave out the scope to get all that it may have.',
}

export const unsupportedTokenType: Problem = {
  code: 'unsupported_token_type',
  kind: 'malformed',
  title: 'Token of another kind',
  advice: 'API keys are revoked elsewhere: DELETE /v1/me/api-keys/{id}.',
}

/** RFC 6749 has no such error. Other servers answer like this too. */
export const secondFactorNeeded: Problem = {
  code: 'mfa_required',
  kind: 'malformed',
  title: 'Second factor needed',
  advice:
    'The password is correct. Finish the sign-in with the challenge and one of the factors: POST /v1/auth/mfa.',
}

export const insufficientScope: Problem = {
  code: 'insufficient_scope',
  kind: 'forbidden',
  title: 'Permission needed',
  advice: 'To ask about the tokens of others, the caller needs the permission tokens:introspect.',
}

/** A scope token (RFC 6749 §3.3). */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The same for a scope that may also name what the application may know. That part stays as the person has agreed to it. */
export function narrowedPermissions(
  allowed: readonly Permission[],
  asked: string | undefined,
): readonly Permission[] {
  const wanted = asked?.split(' ').filter((each) => !isOpenIdScope(each))
  if (asked !== undefined && wanted?.length === 0) return []
  return narrowed(allowed, wanted?.join(' '))
}

/** The permissions that a token gets: those that are asked for, or all that are allowed. @throws `invalid_scope` */
export function narrowed(allowed: readonly Permission[], asked: string | undefined): readonly Permission[] {
  if (asked === undefined) return allowed
  const wanted = readScope(asked)
  if (wanted.length === 0 || !wanted.every((each) => scopeToken.test(each))) throw new Failure(invalidScope)
  if (missingFrom(allowed, wanted).length > 0) throw new Failure(invalidScope)
  return wanted
}

import Type, { type Static } from 'typebox'
import { exampleAccessToken, exampleId } from '../../../platform/http/fields.ts'
import { acrOf, type Delegation, hasSession } from '../../../platform/kernel/principal.ts'
import { exampleRefreshToken } from '../../authentication/sign-in/schema.ts'
import { scopeText } from '../../authorization/clients/model.ts'
import { firstPartyClientId, scopeClaim, showsRoles } from '../../session-management/tokens/model.ts'
import type { ActiveToken, IssuedTokens } from './model.ts'

/** A password may have fewer, and every token and assertion too. */
const valueLengthMax = 8_192

const parameter = (description: string) => Type.String({ maxLength: valueLengthMax, description })
const optional = (description: string) => Type.Optional(parameter(description))

/** How a client authenticates in the body, instead of in the header `Authorization` (RFC 6749 §2.3.1, RFC 7523 §2.2). */
const clientParameters = {
  client_id: optional('The id of the client, unless the header Authorization has it'),
  client_secret: optional('A secret of the client, unless the header Authorization has it'),
  client_assertion_type: optional(
    'With `client_assertion`: `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`',
  ),
  client_assertion: optional('A JWT that the client has signed'),
}

/** Unknown parameters are allowed, and ignored (RFC 6749 §3.2). */
export const TokenRequestBody = Type.Object(
  {
    grant_type: parameter('`authorization_code`, `client_credentials`, `refresh_token` or `password`'),
    scope: optional(
      'The permissions that the token needs, separated by spaces; by default, all that it may have',
    ),
    refresh_token: optional('With the grant `refresh_token`: the latest refresh token'),
    code: optional('With the grant `authorization_code`: the code'),
    code_verifier: optional(
      'With the grant `authorization_code`: what `code_challenge` was made of (RFC 7636)',
    ),
    redirect_uri: optional(
      'With the grant `authorization_code`: the address that was in the request for the code',
    ),
    username: optional('With the grant `password`: a username, an email address or a phone number'),
    password: optional('With the grant `password`: the password'),
    ...clientParameters,
  },
  {
    title: 'TokenRequest',
    description: 'The parameters of RFC 6749, as a form',
    examples: [{ grant_type: 'client_credentials', scope: 'users:read' }],
  },
)
export type TokenRequestBody = Static<typeof TokenRequestBody>

const tokenParameters = {
  token: parameter('The token'),
  token_type_hint: optional('`access_token` or `refresh_token`'),
  ...clientParameters,
}

export const IntrospectionBody = Type.Object(tokenParameters, {
  title: 'IntrospectionRequest',
  description: 'The parameters of RFC 7662, as a form',
  examples: [{ token: exampleAccessToken }],
})

export const RevocationBody = Type.Object(tokenParameters, {
  title: 'RevocationRequest',
  description: 'The parameters of RFC 7009, as a form',
  examples: [{ token: exampleRefreshToken, token_type_hint: 'refresh_token' }],
})

/** Unknown parameters are allowed, and ignored (RFC 6749 §3.1). */
export const PushedRequestBody = Type.Object(
  {
    ...clientParameters,
    response_type: parameter('`code`'),
    redirect_uri: optional('One of the redirect addresses of the client, letter by letter'),
    scope: optional('`openid`, and what else the application wants to know or do, separated by spaces'),
    state: optional('A random text, which comes back with the answer'),
    nonce: optional('A random text, which comes back in the ID token'),
    code_challenge: optional('What was made of the code verifier (RFC 7636)'),
    code_challenge_method: optional('`S256`'),
  },
  {
    title: 'PushedAuthorizationRequest',
    description: 'The parameters of an authorization request (RFC 6749 §4.1.1), as a form',
    examples: [
      {
        client_id: exampleId,
        response_type: 'code',
        redirect_uri: 'https://app.example.org/callback',
        scope: 'openid email',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      },
    ],
  },
)
export type PushedRequestBody = Static<typeof PushedRequestBody>

export const PushedRequestView = Type.Object(
  {
    request_uri: Type.String({
      description: 'Stands for the parameters in the address of the browser. It works once.',
    }),
    expires_in: Type.Integer({ description: 'How long it is valid, in seconds' }),
  },
  {
    title: 'PushedAuthorizationResponse',
    description: 'RFC 9126 §2.2',
    examples: [
      { request_uri: 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c', expires_in: 60 },
    ],
  },
)

export const TokenView = Type.Object(
  {
    access_token: Type.String({ description: 'The access token, a JWT (RFC 9068)' }),
    token_type: Type.Literal('Bearer', { description: 'How to send it: `Authorization: Bearer` (RFC 6750)' }),
    expires_in: Type.Integer({ description: 'How long it is valid, in seconds' }),
    refresh_token: Type.Optional(
      Type.String({ description: 'Gets the next access token. Each is used once.' }),
    ),
    id_token: Type.Optional(
      Type.String({
        description:
          'The ID token (OpenID Connect Core §2), which says who has signed in; with the scope `openid`',
      }),
    ),
    scope: Type.Optional(
      Type.String({
        description: 'The permissions of the token; absent if it has none, or those of the person',
      }),
    ),
  },
  {
    title: 'TokenResponse',
    description: 'The tokens (RFC 6749 §5.1)',
    examples: [
      { access_token: exampleAccessToken, token_type: 'Bearer', expires_in: 900, scope: 'users:read' },
    ],
  },
)

export const IntrospectionView = Type.Object(
  {
    active: Type.Boolean({
      description:
        'True if the token works now, and the caller may know about it. Otherwise there is nothing else.',
    }),
    sub: Type.Optional(Type.String({ description: 'The id of the account' })),
    username: Type.Optional(Type.String({ description: 'The username of the account, if it has one' })),
    client_id: Type.Optional(
      Type.String({
        description: 'The client that got the token; `proxima` for people who signed in to Proxima',
      }),
    ),
    token_type: Type.Optional(
      Type.String({
        description: '`Bearer`, for everything that opens a service; absent for a refresh token',
      }),
    ),
    scope: Type.Optional(
      Type.String({ description: 'The permissions, separated by spaces, if there are any' }),
    ),
    roles: Type.Optional(Type.Array(Type.String(), { description: 'The roles that the account has now' })),
    permissions: Type.Optional(
      Type.Array(Type.String(), { description: 'What the token permits now, completely' }),
    ),
    iss: Type.Optional(Type.String({ description: 'The public URL of the server' })),
    aud: Type.Optional(Type.String({ description: 'The services that the token is for' })),
    exp: Type.Optional(Type.Integer({ description: 'When it ends, in seconds since 1970' })),
    iat: Type.Optional(Type.Integer({ description: 'When an access token was issued' })),
    nbf: Type.Optional(Type.Integer({ description: 'Since when an access token is valid' })),
    jti: Type.Optional(Type.String({ description: 'The id of an access token' })),
    sid: Type.Optional(Type.String({ description: 'The id of the session' })),
    auth_time: Type.Optional(Type.Integer({ description: 'When the owner last proved their identity' })),
    amr: Type.Optional(Type.Array(Type.String(), { description: 'How (RFC 8176)' })),
    acr: Type.Optional(Type.String({ description: 'The level of assurance' })),
  },
  {
    title: 'Introspection',
    description: 'What the server knows about a token (RFC 7662 §2.2)',
    examples: [
      { active: false },
      { active: true, sub: exampleId, client_id: 'proxima', token_type: 'Bearer', exp: 1_795_255_200 },
    ],
  },
)
export type IntrospectionView = Static<typeof IntrospectionView>

/** Clients ignore it (RFC 7009 §2.2). Some libraries refuse an answer that is not JSON. */
export const RevokedView = Type.Object(
  {},
  {
    title: 'Revocation',
    description: 'The token does not work any more, or never did, or belongs to another client',
    examples: [{}],
  },
)

export function tokenView({
  accessToken,
  expiresInSeconds,
  refreshToken,
  idToken,
  scope,
}: IssuedTokens): Static<typeof TokenView> {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    ...(refreshToken !== null && { refresh_token: refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
    ...(scope !== null && scope.length > 0 && { scope: scopeText(scope) }),
  }
}

export interface IssuedBy {
  readonly issuer: string
  readonly audience: string
}

/** What a service may know about a token. A token that does not work has no other member (RFC 7662 §2.2). */
export function introspectionView(active: ActiveToken | null, issuedBy: IssuedBy): IntrospectionView {
  if (active === null) return { active: false }
  const { kind, principal, clientId } = active
  const { account, accountId, permissions, roles } = principal
  const delegation = hasSession(principal) ? principal.delegation : null
  const scope = scopeClaim(delegation, permissions)
  return {
    active: true,
    sub: accountId,
    // An application learns no more here than from its ID token.
    ...(account.username !== null && showsName(delegation) && { username: account.username }),
    client_id: clientId ?? firstPartyClientId,
    ...(kind !== 'refresh_token' && { token_type: 'Bearer' }),
    ...(scope !== '' && { scope }),
    roles: showsRoles(delegation) ? [...roles] : [],
    permissions: [...permissions],
    iss: issuedBy.issuer,
    aud: issuedBy.audience,
    ...timesOf(active),
    ...sessionOf(active),
  }
}

function timesOf(active: ActiveToken): IntrospectionView | object {
  if (active.kind === 'api_key') return { exp: secondsOf(active.expiresAt) }
  const { claims, principal } = active
  if (claims === null) return { exp: secondsOf(principal.sessionEndsAt) }
  const { tokenId, issuedAtSeconds, validFromSeconds, expiresAtSeconds } = claims
  return { exp: expiresAtSeconds, iat: issuedAtSeconds, nbf: validFromSeconds, jti: tokenId }
}

/** An API key has no session. */
function sessionOf(active: ActiveToken): object {
  if (active.kind === 'api_key') return {}
  const { authentication, sessionId } = active.principal
  return {
    sid: sessionId,
    auth_time: secondsOf(authentication.authenticatedAt),
    amr: [...authentication.amr],
    acr: acrOf(authentication.amr),
  }
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1_000)
}

function showsName(delegation: Delegation | null): boolean {
  return delegation === null || delegation.scope.includes('profile')
}

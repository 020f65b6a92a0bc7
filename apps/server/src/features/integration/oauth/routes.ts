import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticate } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { addOAuthRoutes } from '../../../platform/http/oauth-form.ts'
import { timesSent } from '../../../platform/http/raw-headers.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidToken, malformedRequest, overloaded, unavailable } from '../../../platform/kernel/problems.ts'
import { loginLimit } from '../../authentication/sign-in/answer.ts'
import type { Client } from '../../authorization/clients/model.ts'
import type { AuthenticatedClient, ClientAuthentication } from './client-authentication.ts'
import { readClient } from './client-credentials.ts'
import type { GrantsService } from './grants.ts'
import type { Inspector, IntrospectionService } from './introspection.ts'
import {
  type CodeGrant,
  type GivenCode,
  type IssuedTokens,
  insufficientScope,
  introspectionPath,
  invalidClient,
  invalidGrant,
  invalidScope,
  pushedRequestPath,
  revocationPath,
  secondFactorNeeded,
  tokenPath,
  unauthorizedClient,
  unsupportedGrantType,
  unsupportedTokenType,
} from './model.ts'
import type { TokenRevocation } from './revocation.ts'
import {
  IntrospectionBody,
  IntrospectionView,
  introspectionView,
  PushedRequestBody,
  PushedRequestView,
  RevocationBody,
  RevokedView,
  TokenRequestBody,
  TokenView,
  tokenView,
} from './schema.ts'

export interface OAuthRoutesOptions {
  readonly clientAuthentication: ClientAuthentication
  readonly grants: GrantsService
  readonly codeGrant: CodeGrant
  readonly introspection: IntrospectionService
  readonly tokenRevocation: TokenRevocation
  readonly authenticate: Authenticate
  readonly publicUrl: () => string
}

/** Programs may get tokens as fast as they like, and fail as often as people who sign in. */
const tokenLimit = { name: 'oauth-token', quota: 3_000, windowSeconds: 300, refundsSuccess: true }

/** A busy service asks about every request that it gets. */
const introspectionLimit = { name: 'oauth-introspection', quota: 300_000, windowSeconds: 300 }
const revocationLimit = { name: 'oauth-revocation', quota: 3_000, windowSeconds: 300 }

/** RFC 9700 §2.4 forbids the grant `password`; this is when it was published. As RFC 9745 §2.1 writes a time. */
const passwordDeprecatedSince = `@${Date.UTC(2025, 0, 28) / 1_000}`

const pushLimit = { name: 'oauth-push', quota: 3_000, windowSeconds: 300 }

const tags = ['OAuth']
const consumes = ['application/x-www-form-urlencoded']

export function oauthRoutes(app: App, options: OAuthRoutesOptions): void {
  addOAuthRoutes(app, (oauth) => {
    tokenRoute(oauth, options)
    introspectionRoute(oauth, options)
    revocationRoute(oauth, options)
    pushRoute(oauth, options)
  })
}

function tokenRoute(app: App, options: OAuthRoutesOptions): void {
  app.post(
    tokenPath,
    {
      config: {
        access: 'client',
        limit: tokenLimit,
        limitByBody: (body) => (isPasswordGrant(body) ? loginLimit : null),
        problems: [
          ...[invalidClient, invalidGrant, invalidScope, unauthorizedClient, unsupportedGrantType],
          ...[secondFactorNeeded, overloaded, unavailable],
        ],
      },
      schema: {
        operationId: 'requestToken',
        summary: 'Get a token (RFC 6749)',
        description:
          'With `authorization_code`, an application gets the tokens of a person who has signed in to it. With `client_credentials`, a client gets a token for its service account. With `refresh_token`, it gets the next tokens of a person. `password` is only for the clients in `PROXIMA_PASSWORD_CLIENTS`; its answers have the header `Deprecation`.',
        tags,
        consumes,
        body: TokenRequestBody,
        response: { 200: TokenView },
      },
    },
    async (request, reply) => tokenView(await issue(request, reply, options)),
  )
}

function isPasswordGrant(body: unknown): boolean {
  return (body as TokenRequestBody | undefined)?.grant_type === 'password'
}

async function issue(
  request: FastifyRequest<{ Body: TokenRequestBody }>,
  reply: FastifyReply,
  { clientAuthentication, codeGrant, grants, publicUrl }: OAuthRoutesOptions,
): Promise<IssuedTokens> {
  const { grant_type: grant, scope, refresh_token: refreshToken, username, password } = request.body
  if (grant === 'password') announceDeprecation(reply, publicUrl())
  const context = contextOf(request)
  const asked = { client: await clientOf(request, clientAuthentication), scope, context }
  switch (grant) {
    case 'authorization_code':
      return await codeGrant.redeem(codeIn(request.body), requiredClient(asked.client), context)
    case 'client_credentials':
      return await grants.forClient(asked)
    case 'refresh_token':
      return await grants.byRefreshToken(required('refresh_token', refreshToken), asked)
    case 'password': {
      const given = { username: required('username', username), password: required('password', password) }
      return await grants.byPassword(given, asked)
    }
    default:
      throw new Failure(unsupportedGrantType)
  }
}

function codeIn({
  code,
  code_verifier: codeVerifier,
  redirect_uri: redirectUri,
}: TokenRequestBody): GivenCode {
  return { code: required('code', code), codeVerifier, redirectUri }
}

function requiredClient(authenticated: AuthenticatedClient | null): Client {
  if (authenticated === null) throw new Failure(invalidClient)
  return authenticated.client
}

/** Also with a refusal: the developers of the client should read it (RFC 9745). */
function announceDeprecation(reply: FastifyReply, publicUrl: string): void {
  void reply.header('deprecation', passwordDeprecatedSince)
  void reply.header('link', `<${publicUrl}/docs>; rel="deprecation"; type="text/html"`)
}

function introspectionRoute(app: App, options: OAuthRoutesOptions): void {
  const { introspection, publicUrl } = options
  app.post(
    introspectionPath,
    {
      config: {
        access: 'client',
        limit: introspectionLimit,
        problems: [invalidClient, insufficientScope, invalidToken, unavailable],
      },
      schema: {
        operationId: 'introspectToken',
        summary: 'Ask whether a token works now (RFC 7662)',
        description:
          'For services that receive tokens: access tokens, session codes and API keys. A client sees the tokens that it got itself. A client or a credential with the permission `tokens:introspect` sees all. A refresh token opens no service, so those callers see it only with `token_type_hint=refresh_token`.',
        tags,
        consumes,
        body: IntrospectionBody,
        response: { 200: IntrospectionView },
      },
    },
    async (request) => {
      const { token, token_type_hint: hint } = request.body
      const active = await introspection.inspect({ token, hint }, await inspectorOf(request, options))
      return introspectionView(active, { issuer: publicUrl(), audience: introspection.audience() })
    },
  )
}

function revocationRoute(app: App, { clientAuthentication, tokenRevocation }: OAuthRoutesOptions): void {
  app.post(
    revocationPath,
    {
      config: {
        access: 'client',
        limit: revocationLimit,
        problems: [invalidClient, unsupportedTokenType, unavailable],
      },
      schema: {
        operationId: 'revokeToken',
        summary: 'Revoke a token (RFC 7009)',
        description:
          'Ends the session of the token, and with it all of its tokens. The answer is the same for a token that does not work, or that another client got. A token of someone who signed in to Proxima itself needs no client.',
        tags,
        consumes,
        body: RevocationBody,
        response: { 200: RevokedView },
      },
    },
    async (request) => {
      const authenticated = await clientOf(request, clientAuthentication)
      const { token } = request.body
      await tokenRevocation.revoke(token, authenticated?.client.id ?? null, contextOf(request))
      return {}
    },
  )
}

function pushRoute(app: App, { clientAuthentication, codeGrant }: OAuthRoutesOptions): void {
  app.post(
    pushedRequestPath,
    {
      config: {
        access: 'client',
        limit: pushLimit,
        problems: [invalidClient, invalidScope, unauthorizedClient, unavailable],
      },
      schema: {
        operationId: 'pushAuthorizationRequest',
        summary: 'Send the parameters of a sign-in ahead (RFC 9126)',
        description:
          'The application sends the parameters itself, so that neither the person nor a program in their browser can change them. The browser then carries only `client_id` and `request_uri`.',
        tags,
        consumes,
        body: PushedRequestBody,
        response: { 201: PushedRequestView },
      },
    },
    async (request, reply) => {
      const authenticated = await clientOf(request, clientAuthentication)
      if (authenticated === null) throw new Failure(invalidClient)
      const pushed = await codeGrant.push(request.body, authenticated.client)
      return reply.code(201).send({ request_uri: pushed.requestUri, expires_in: pushed.expiresInSeconds })
    },
  )
}

async function inspectorOf(
  request: FastifyRequest,
  { authenticate, clientAuthentication }: OAuthRoutesOptions,
): Promise<Inspector> {
  const credential = /^bearer +(\S+)$/i.exec(request.headers.authorization?.trim() ?? '')?.[1]
  if (credential !== undefined)
    return { kind: 'principal', principal: await authenticate(credential, contextOf(request)) }
  const authenticated = await clientOf(request, clientAuthentication)
  if (authenticated === null) throw new Failure(invalidClient)
  return { kind: 'client', client: authenticated.client }
}

async function clientOf(
  request: FastifyRequest,
  clientAuthentication: ClientAuthentication,
): Promise<AuthenticatedClient | null> {
  const { body, headers, raw } = request
  if (timesSent(raw, 'authorization') > 1)
    throw new Failure(malformedRequest, { detail: 'Send one Authorization header, not several.' })
  const parameters = body as Readonly<Record<string, string | undefined>>
  const given = readClient({ authorization: headers.authorization, parameters })
  return await clientAuthentication.authenticate(given, contextOf(request))
}

function required(name: string, value: string | undefined): string {
  if (value === undefined) throw new Failure(malformedRequest, { detail: `Send the parameter ${name}.` })
  return value
}

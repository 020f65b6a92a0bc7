import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import Fastify, { type RouteOptions } from 'fastify'
import type { Access } from './access.ts'
import type { App } from './app.ts'
import { isOAuthPath } from './oauth-errors.ts'
import { OAuthErrorView, oauthResponses } from './oauth-openapi.ts'
import { ProblemView, problemResponses, problemsOf, withoutRoute } from './openapi-problems.ts'
import { nameSchemas } from './openapi-schemas.ts'
import type { DescribedProblem, ReturningCall } from './problem-pages.ts'
import { sessionCookieName } from './session-cookie.ts'

interface Described {
  readonly serviceName: string
  readonly version: string
}

const bearer = {
  type: 'http',
  scheme: 'bearer',
  description: 'An access token, a session code or an API key.',
} as const
const cookie = {
  type: 'apiKey',
  in: 'cookie',
  name: sessionCookieName,
  description:
    'A session code in a cookie, for browsers. Calls that change something must come from the same origin.',
} as const
const metricsToken = {
  type: 'http',
  scheme: 'bearer',
  description: 'The value of PROXIMA_METRICS_TOKEN, if it is set.',
} as const

const webhookSignature = {
  type: 'apiKey',
  in: 'header',
  name: 'webhook-signature',
  description:
    'A signature (Standard Webhooks) with the key PROXIMA_WEBHOOK_SECRET, beside the headers webhook-id and webhook-timestamp.',
} as const

const clientCredentials = {
  type: 'http',
  scheme: 'basic',
  description:
    'The id and a secret of a client. A client may also send them, or a signed assertion, in the body (RFC 6749 §2.3).',
} as const

/** The groups of operations, in the order of the reference. */
const tags = [
  { name: 'Authentication', description: 'Sign up, sign in, refresh and sign out.' },
  { name: 'Me', description: 'The account of the caller.' },
  {
    name: 'Administration',
    description:
      'What happened, roles, service accounts and OAuth clients. Each call names the permission that it needs.',
  },
  {
    name: 'Users',
    description: 'The accounts of others, for administrators. Each call names the permission that it needs.',
  },
  { name: 'Webhooks', description: 'Other services that are notified of events.' },
  { name: 'OAuth', description: 'Tokens for programs, and questions about tokens (OAuth 2.0).' },
  { name: 'System', description: 'Keys, public pictures and the state of the server.' },
] as const

// An empty requirement makes the others optional (OpenAPI 3.1 §4.8.30).
type Security = readonly Readonly<Record<string, readonly string[]>>[]
const securityOf: Readonly<Record<Extract<Access, string>, Security>> = {
  public: [],
  optional: [{ bearer: [] }, { cookie: [] }],
  user: [{ bearer: [] }, { cookie: [] }],
  session_code: [{ bearer: [] }, { cookie: [] }],
  metrics: [{}, { metricsToken: [] }],
  webhook: [{ webhookSignature: [] }],
  client: [{ clientCredentials: [] }],
}

export interface ApiDescription {
  /** The problems of the routes, and the calls that answer with them. The map grows as routes are added. */
  readonly problems: ReadonlyMap<string, DescribedProblem>
  /** Makes the OpenAPI document. Call it when all routes are added. */
  readonly document: () => Promise<object>
}

/** Describes every route that is added after this call. */
export function describeApi(app: App, described: Described): ApiDescription {
  const problems = new Map<string, DescribedProblem & { readonly calls: ReturningCall[] }>(
    withoutRoute.map((problem) => [problem.code, { problem, calls: [] }]),
  )
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.method !== 'HEAD') routes.push(route)
    // Their errors are those of OAuth, not problems.
    if (isOAuthPath(route.url)) return
    for (const problem of problemsOf(route)) {
      const known = problems.get(problem.code) ?? { problem, calls: [] }
      // A code has one meaning: the title is always the same (RFC 9457 §3.1.3).
      if (known.problem !== problem) throw new Error(`there are two problems with the code ${problem.code}`)
      known.calls.push(...callsOf(route))
      problems.set(problem.code, known)
    }
  })
  let document: Promise<object> | null = null
  const bodyMaxBytes = app.initialConfig.bodyLimit
  return {
    problems,
    document: () => {
      document ??= documentOf(routes, { ...described, bodyMaxBytes })
      return document
    },
  }
}

/**
 * Most servers never serve the document, so the plugin that makes it is loaded when it is asked for. It reads the routes
 * of an application of its own, which serves nothing.
 */
async function documentOf(
  routes: readonly RouteOptions[],
  described: Described & { readonly bodyMaxBytes: number | undefined },
): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger')
  const mirror = Fastify({ exposeHeadRoutes: false })
  mirror.setValidatorCompiler(() => () => true)
  mirror.setSerializerCompiler(() => () => '')
  await mirror.register(swagger, documentOptions(described))
  for (const { method, url, schema, config, bodyLimit } of routes)
    mirror.route({
      ...{ method, url, handler: () => undefined },
      ...(schema && { schema }),
      ...(config && { config }),
      ...(bodyLimit !== undefined && { bodyLimit }),
    })
  await mirror.ready()
  return mirror.swagger()
}

function documentOptions({
  serviceName,
  version,
  bodyMaxBytes,
}: Described & { readonly bodyMaxBytes: number | undefined }): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: `${serviceName} accounts API`,
        version,
        description,
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      // Relative to the address of the document (OpenAPI 3.1 §4.8.5): the server that the document was read from.
      servers: [{ url: '/', description: 'This server' }],
      tags: [...tags],
      components: {
        securitySchemes: { bearer, cookie, metricsToken, webhookSignature, clientCredentials },
        schemas: { Problem: ProblemView, OAuthError: OAuthErrorView },
      },
    },
    transform: ({ schema, url, route }) => {
      const refusals = isOAuthPath(route.url) ? oauthResponses : problemResponses
      const response = { ...(schema?.response as object), ...refusals(problemsOf(route)) }
      const optionalBody = route.config?.bodyIsOptional === true && { [optionalBodyMark]: true }
      const limit = schema?.body !== undefined && {
        'x-body-size-max-bytes': route.bodyLimit ?? bodyMaxBytes,
      }
      const described = { ...accessOf(route, schema?.description), ...optionalBody, ...limit, response }
      return { schema: { ...schema, ...described }, url }
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      markOptionalBodies(document.openapiObject.paths ?? {})
      return nameSchemas(document.openapiObject)
    },
  }
}

// The plugin calls every body required, and copies members of this kind from the schema of a route to its operation.
const optionalBodyMark = 'x-optional-body'

interface Marked {
  [optionalBodyMark]?: true
  readonly requestBody: { required: boolean }
}

function markOptionalBodies(paths: object): void {
  for (const operation of Object.values(paths).flatMap((path: object) => Object.values(path) as Marked[])) {
    if (operation[optionalBodyMark] === undefined) continue
    operation.requestBody.required = false
    delete operation[optionalBodyMark]
  }
}

function accessOf({ config }: RouteOptions, description = ''): object {
  const access = config?.access ?? 'user'
  const isFresh = config?.freshSession === true
  const freshness = isFresh ? ' Needs a recent sign-in.' : ''
  const marked = isFresh && { description: description + freshness, 'x-fresh-session': true }
  if (typeof access === 'string') return { security: securityOf[access], ...marked }
  const { permission } = access
  return {
    ...marked,
    security: securityOf.user,
    description: `${description}\n\nNeeds the permission \`${permission}\`.${freshness}`.trim(),
    'x-permission': permission,
  }
}

// A route that answers GET is also announced for HEAD.
function callsOf({ method, url, schema }: RouteOptions): ReturningCall[] {
  if (schema?.operationId === undefined || typeof method !== 'string' || method === 'HEAD') return []
  return [{ method, path: url.replaceAll(/:(\w+)/g, '{$1}'), operationId: schema.operationId }]
}

const description =
  'User accounts, authentication and sessions. Every error is `application/problem+json` (RFC 9457) with a stable `code`.'

/** The document changes only with the version of the server. */
const config = { access: 'public', cache: { maxAgeSeconds: 300 }, isPublicDocument: true } as const

/** Adds `/openapi.json`. */
export function addDocument(app: App, { document }: ApiDescription): void {
  let text: string | null = null
  app.get('/openapi.json', { config, schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(await document())
    return reply.type('application/json').send(text)
  })
}

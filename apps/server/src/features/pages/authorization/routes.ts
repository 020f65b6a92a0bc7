import type { FastifyReply, FastifyRequest } from 'fastify'
import { optionalUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { cookiesNamed, setPathCookie } from '../../../platform/http/cookies.ts'
import type { LimitPolicy } from '../../../platform/kernel/limiter.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { authorizationPath } from '../../integration/oauth/model.ts'
import { type Browser, resumeCookieName } from '../../openid/engine/model.ts'
import type { EngineAnswer, OpenIdEngine } from '../../openid/engine/service.ts'
import { type HostedPagesOptions, sendPage } from '../frame/hosted-pages.ts'
import { viewOf } from '../frame/view.ts'
import { refusedPage } from './page.ts'

export interface AuthorizationPagesOptions extends HostedPagesOptions {
  readonly openIdEngine: Pick<OpenIdEngine, 'handle' | 'pending' | 'decide' | 'release'>
}

/** A page that opens many applications in frames would ask for each. */
const limit = { name: 'authorization-page', quota: 600, windowSeconds: 300 }
const config = { access: 'optional', limit } as const

/** Where an application sends a person to sign in (RFC 6749 §3.1). */
export function authorizationPages(app: App, options: AuthorizationPagesOptions): void {
  app.get(authorizationPath, { config, schema: { hide: true } }, async (request, reply) =>
    authorize(request, reply, options),
  )
  postComesAgain(app, authorizationPath, limit)
  app.get(`${authorizationPath}/:request`, { config, schema: { hide: true } }, async (request, reply) =>
    authorize(request, reply, options),
  )
}

/**
 * With POST a browser does not send the cookie of the session (`Lax`), so it comes again with GET. OpenID Connect Core
 * §3.1.2.1 and RP-Initiated Logout §2 want both.
 */
export function postComesAgain(app: App, path: string, limit: LimitPolicy): void {
  app.post(path, { config: { access: 'public', limit }, schema: { hide: true } }, async ({ body }, reply) => {
    const parameters = new URLSearchParams((body ?? {}) as Record<string, string>)
    return await reply.redirect(`${path}?${parameters.toString()}`, 303)
  })
}

async function authorize(
  request: FastifyRequest,
  reply: FastifyReply,
  options: AuthorizationPagesOptions,
): Promise<FastifyReply> {
  const browser = browserOf(request)
  const answer = await options.openIdEngine.handle({ method: 'GET', path: request.url, browser })
  for (const cookie of answer.cookies) setPathCookie(reply, cookie)
  void reply.header('cache-control', 'no-store')
  if (answer.location !== null) return await reply.redirect(answer.location, 303)
  return await sendPage(reply, refusedPage(viewOf(request, options), refusalIn(answer)), 400)
}

/** Only the cookie signs a browser in here: a header would be one that a page has set. */
export function signedIn(request: FastifyRequest): Principal | null {
  return request.headers.authorization === undefined ? optionalUser(request) : null
}

export function browserOf(request: FastifyRequest): Browser {
  return {
    principal: signedIn(request),
    // Of several, the server cannot know which is its own (A58).
    readCookie: (name) => {
      const [value = null, ...others] = cookiesNamed(request, name)
      return others.length > 0 || value === '' || name !== resumeCookieName ? null : value
    },
    cookies: [],
  }
}

export function refusalIn({ body }: Pick<EngineAnswer, 'body'>): { error: string; description: string } {
  const { error = 'unsupported_response_mode', error_description: description = '' } = body ?? {}
  return { error: String(error), description: String(description) }
}

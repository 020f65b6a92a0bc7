import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../../platform/http/app.ts'
import type { NotFoundPage } from '../../../platform/http/errors.ts'
import { acceptForms } from '../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../platform/http/pages.ts'
import { keepChoices } from './choices.ts'
import { hasLinkToken } from './links.ts'
import { answerRefusals, notFoundPage } from './refusals.ts'
import { type ViewOptions, viewOf } from './view.ts'

export interface HostedPagesOptions extends ViewOptions {
  readonly publicUrl: () => string
  readonly isHttps: boolean
  /** The origins to which a page may lead back; a form may then be answered with a redirect to them. */
  readonly returnOrigins: readonly string[]
}

/**
 * Adds pages for the users of the service. They have the cookie of the session and no other credential, and each of their
 * forms is sent to this server.
 */
export function hostedPages(app: App, options: HostedPagesOptions, addRoutes: (pages: App) => void): void {
  // In a context of its own, because only these routes accept forms and answer refusals with pages.
  void app.register(async (pages: App) => {
    const policy = contentSecurityPolicy(options)
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, contentSecurityPolicy: policy }
    })
    pages.addHook('onRequest', async (request, reply) => {
      setPageHeaders(request, reply, policy)
      // The page of a link sets no cookies: a program that follows the links of mails must leave nothing behind.
      if (!hasLinkToken(request)) keepChoices(request, reply, options.isHttps)
    })
    acceptForms(pages, { fieldsMax: 40 })
    answerRefusals(pages, {
      ...options,
      setHeaders: (request, reply) => setPageHeaders(request, reply, policy),
    })
    addRoutes(pages)
  })
}

/** The page for an address that does not exist. */
export function notFoundPageOf(options: HostedPagesOptions): NotFoundPage {
  const policy = contentSecurityPolicy(options)
  return (request, reply) => {
    setPageHeaders(request, reply, policy)
    return notFoundPage(viewOf(request, options), request)
  }
}

export async function sendPage(reply: FastifyReply, text: string, status = 200): Promise<FastifyReply> {
  return await reply.code(status).type(pageMediaType).send(text)
}

/**
 * A page loads its style and its scripts from this server, and nothing inline; no script may turn text into markup
 * (ASVS 3.4.3, Trusted Types). A browser applies `form-action` also to the address to which a form's answer redirects.
 */
function contentSecurityPolicy({ appearance, returnOrigins }: HostedPagesOptions): string {
  const logo = appearance.logoUrl === null ? [] : [new URL(appearance.logoUrl).origin]
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    `img-src ${["'self'", 'data:', 'blob:', ...logo].join(' ')}`,
    `form-action ${["'self'", ...returnOrigins].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

/**
 * With `no-referrer`, a browser says `Origin: null` when it sends a form (Fetch §3.2), and the server could not see that
 * the form is its own. The form of a link needs no such check, and its address must reach no log of another page (A86).
 */
function setPageHeaders(request: FastifyRequest, reply: FastifyReply, policy: string): void {
  void reply.headers({
    'content-security-policy': policy,
    'referrer-policy': hasLinkToken(request) ? 'no-referrer' : 'same-origin',
    'x-robots-tag': 'noindex, nofollow',
  })
}

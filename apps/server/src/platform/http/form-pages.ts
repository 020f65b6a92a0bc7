import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import type { App } from './app.ts'
import { hasContent, readBody } from './read-body.ts'

/** What a page with a form may load and do: its stylesheet, and send the form to this server (ASVS 3.4.3). */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The config of a route that answers with a page that has a form. */
export const formPageConfig = { contentSecurityPolicy } as const

/** No form of ours has more fields. */
const fieldsMax = 8
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Adds routes that take forms of pages and no other bodies. No other route takes them: a form is the only request that a
 * page of another origin can send without being asked for permission (ASVS 3.5.1).
 */
export function addFormPages(app: App, addRoutes: (pages: App) => void): void {
  // In a context of its own, because only these routes accept forms.
  void app.register(async (pages: App) => {
    // The address of such a page may contain the token of a link, which no search engine should keep (A86).
    pages.addHook('onRequest', async (_request, reply) => {
      reply.header('x-robots-tag', 'noindex, nofollow')
    })
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      async (request: FastifyRequest, payload: IncomingMessage) => readForm(await readBody(request, payload)),
    )
    pages.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
      if (await hasContent(request, payload)) throw unreadable()
    })
    addRoutes(pages)
  })
}

/** The fields of a form, each of which may occur once (A32). A request without content has no body, whatever its type. */
function readForm(body: Buffer): Record<string, string> | undefined {
  if (body.length === 0) return undefined
  const fields = [...new URLSearchParams(decode(body))]
  const byName = new Map(fields)
  if (byName.size !== fields.length || fields.length > fieldsMax) throw unreadable()
  return Object.fromEntries(byName)
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(cause?: unknown): Failure {
  return new Failure(malformedRequest, { detail: 'Send the form of the page as it is.', cause })
}

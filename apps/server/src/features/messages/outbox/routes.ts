import { readFile } from 'node:fs/promises'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { isLoopback } from '../../../platform/config/url-parsers.ts'
import type { App } from '../../../platform/http/app.ts'
import { pageMediaType } from '../../../platform/http/pages.ts'
import { isLoopbackAddress } from '../../../platform/kernel/addresses.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { Theme } from '../mail/mail-html.ts'
import type { MessageContent } from '../model.ts'
import { messageView } from '../schema.ts'
import type { OpenMessage } from './messages.ts'
import { outboxPage, outboxPath, scriptPath, stylePath } from './page.ts'
import { codeIn, linksIn } from './parts.ts'
import type { OutboxService } from './service.ts'

const shownMax = 100

export interface OutboxRoutesOptions {
  readonly outbox: Pick<OutboxService, 'listOpen'>
  readonly serviceName: string
  readonly renderHtml: (content: MessageContent, theme: Theme) => string
  readonly logoUrl: string | null
}

// The page loads its script and its styles from this server, asks it for news, and frames the mails.
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Shows messages to developers. It reveals messages to other people, so it exists in development only. */
export function outboxRoutes(app: App, options: OutboxRoutesOptions): void {
  const { outbox, serviceName } = options
  const config = { access: 'public', contentSecurityPolicy: pagePolicy } as const
  const querystring = Type.Object({ message: Type.Optional(Type.String({ maxLength: 64 })) })
  app.get(outboxPath, { config, schema: { hide: true, querystring } }, async (request, reply) => {
    assertFromThisMachine(request)
    const messages = await outbox.listOpen(shownMax)
    reply.header('vary', 'accept')
    if (request.headers.accept?.includes('application/json'))
      return reply.type('application/json').send(JSON.stringify({ data: messages.map(openMessageView) }))
    const chosen = request.query.message ?? null
    return reply.type(pageMediaType).send(outboxPage({ messages, chosen, serviceName }))
  })
  addPreview(app, options)
  const script = new URL('./outbox.js', import.meta.url)
  addFile(app, scriptPath, { file: script, mediaType: 'text/javascript; charset=utf-8' })
  const style = new URL('./outbox.css', import.meta.url)
  addFile(app, stylePath, { file: style, mediaType: 'text/css; charset=utf-8' })
}

/**
 * The HTML of a mail, for the frames of the page. A document of its own, because mails need style attributes, which the
 * policy of the page forbids, and a frame without an address would have that policy too. It may run no script, and load
 * only the logo (A122).
 */
function addPreview(app: App, { outbox, renderHtml, logoUrl }: OutboxRoutesOptions): void {
  const images = logoUrl === null ? "'none'" : new URL(logoUrl).origin
  const contentSecurityPolicy = `default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox`
  const config = { access: 'public', contentSecurityPolicy } as const
  const params = Type.Object({ id: Type.String({ maxLength: 64 }), theme: Type.Enum(['light', 'dark']) })
  app.get(
    '/outbox/messages/:id/:theme',
    { config, schema: { hide: true, params } },
    async (request, reply) => {
      assertFromThisMachine(request)
      const messages = await outbox.listOpen(shownMax)
      const message = messages.find(({ id }) => id === request.params.id)
      if (message?.channel !== 'mail' || message.content === null) throw new Failure(notFound)
      return reply
        .header('x-frame-options', 'SAMEORIGIN')
        .type(pageMediaType)
        .send(renderHtml(message.content, request.params.theme))
    },
  )
}

function addFile(
  app: App,
  path: string,
  { file, mediaType }: { readonly file: URL; readonly mediaType: string },
): void {
  app.get(path, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type(mediaType).send(await readFile(file)),
  )
}

// Checks the host name too. With DNS rebinding, an attacker's page could send requests from a browser on this machine.
// A request that a proxy has forwarded comes from elsewhere, whatever address its headers name (A42).
function assertFromThisMachine({ raw, clientAddress, hostname, headers }: FastifyRequest): void {
  const isForwarded = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined
  const addresses = [raw.socket.remoteAddress ?? '', clientAddress]
  if (isForwarded || !addresses.every(isLoopbackAddress) || !isLoopback(hostname.toLowerCase()))
    throw new Failure(notFound)
}

function openMessageView(message: OpenMessage) {
  const { to = null, subject = null, text = null } = message.content ?? {}
  const { error } = message
  return { ...messageView(message), error, to, subject, text, code: codeIn(message), links: linksIn(message) }
}

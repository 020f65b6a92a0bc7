import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../../../platform/config/url-parsers.ts'
import type { App } from '../../../platform/http/app.ts'
import { pageConfig, pageMediaType } from '../../../platform/http/pages.ts'
import { isLoopbackAddress } from '../../../platform/kernel/addresses.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { messageView } from '../schema.ts'
import { outboxPage } from './page.ts'
import type { OpenMessage, OutboxService } from './service.ts'

const shownMax = 100

/** Shows messages to developers. It reveals messages to other people, so it exists in development only. */
export function outboxRoutes(
  app: App,
  { outbox, serviceName }: { outbox: Pick<OutboxService, 'listOpen'>; serviceName: string },
): void {
  const config = { access: 'public', ...pageConfig } as const
  app.get('/outbox', { config, schema: { hide: true } }, async (request, reply) => {
    if (!isFromThisMachine(request)) throw new Failure(notFound)
    const messages = await outbox.listOpen(shownMax)
    reply.header('vary', 'accept')
    if (request.headers.accept?.includes('application/json'))
      return reply.type('application/json').send(JSON.stringify({ data: messages.map(openMessageView) }))
    return reply.type(pageMediaType).send(outboxPage(messages, serviceName))
  })
}

// Checks the host name too. With DNS rebinding, an attacker's page could send requests from a browser on this machine.
// A request that a proxy has forwarded comes from elsewhere, whatever address its headers name (A42).
function isFromThisMachine({ raw, clientAddress, hostname, headers }: FastifyRequest): boolean {
  if (headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined) return false
  const addresses = [raw.socket.remoteAddress ?? '', clientAddress]
  return addresses.every(isLoopbackAddress) && isLoopback(hostname.toLowerCase())
}

function openMessageView(message: OpenMessage) {
  const { to = null, subject = null, text = null } = message.content ?? {}
  return { ...messageView(message), to, subject, text }
}

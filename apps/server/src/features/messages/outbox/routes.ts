import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../../../platform/config/url-parsers.ts'
import type { App } from '../../../platform/http/app.ts'
import { isLoopbackAddress } from '../../../platform/kernel/addresses.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { outboxPage } from './page.ts'
import type { OutboxService } from './service.ts'

const shownMax = 100

/** Where messages are read while the server is tried out. It holds what is meant for others: development only. */
export function outboxRoutes(app: App, { outbox }: { outbox: Pick<OutboxService, 'read'> }): void {
  app.get('/outbox', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    if (!isFromThisMachine(request)) throw new Failure(notFound)
    const messages = await outbox.read(shownMax)
    reply.header('vary', 'accept')
    if (request.headers.accept?.includes('application/json'))
      return reply.type('application/json').send(JSON.stringify({ data: messages.map(messageView) }))
    return reply.type('text/html; charset=utf-8').send(outboxPage(messages))
  })
}

// By name too: a page from elsewhere whose name leads here of a sudden (DNS rebinding) is opened on this machine.
function isFromThisMachine({ raw, clientAddress, hostname }: FastifyRequest): boolean {
  const addresses = [raw.socket.remoteAddress ?? '', clientAddress]
  return addresses.every(isLoopbackAddress) && isLoopback(hostname.toLowerCase())
}

type Shown = Awaited<ReturnType<OutboxService['read']>>[number]

function messageView({ id, channel, template, state, createdAt, content }: Shown) {
  const created_at = createdAt.toISOString()
  return { id, channel, template, state, created_at, ...(content ?? { to: null, subject: null, text: null }) }
}

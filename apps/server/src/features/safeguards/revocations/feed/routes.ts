import type { FastifyReply } from 'fastify'
import { currentCaller } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { overloaded } from '../../../../platform/kernel/problems.ts'
import { endingStream } from './ending-stream.ts'
import { type FeedEvent, readLastBatch, streamGraceMs, streamMaxMs } from './model.ts'
import { eventText, RevocationStream } from './schema.ts'
import type { RevocationFeed } from './service.ts'

export interface RevocationFeedRoutesOptions {
  readonly revocationFeed: RevocationFeed
}

/** A stream lasts for a minute, and a thousand services may share one address. */
const streamLimit = { name: 'revocation-feed', quota: 10_000, windowSeconds: 300 }

export function revocationFeedRoutes(app: App, { revocationFeed }: RevocationFeedRoutesOptions): void {
  app.get(
    '/v1/revocations',
    {
      config: {
        access: { permission: 'tokens:introspect' },
        limit: streamLimit,
        problems: [overloaded],
      },
      schema: {
        operationId: 'streamRevocations',
        summary: 'Follow what is revoked',
        description:
          'For services that verify access tokens without asking this server: what has been revoked, as server-sent events, within a second. The stream begins with everything that still concerns a token, followed by `ready`. A `heartbeat` comes every five seconds if there is nothing else, and only while the server can read revocations. The server ends the stream after a minute. Connect again with the last id in `Last-Event-ID`, on any server, to continue without a gap.\n\n`kind` says which tokens to refuse. `session`: those with this `sid`. `account` and `roles`: those with this `sub` that were issued before `revoked_at`. `role`: those that contain the role and were issued before. `key`: those that this key has signed, from `revoked_at` on.',
        tags: ['OAuth'],
        response: { 200: RevocationStream },
      },
    },
    async (request, reply) => {
      const { accountId } = currentCaller(request)
      const lastEventId = request.headers['last-event-id']
      const after = readLastBatch(Array.isArray(lastEventId) ? undefined : lastEventId)
      revocationFeed.assertRoom()
      const events = revocationFeed.stream({ accountId }, after)
      return send(reply, textsOf(events))
    },
  )
}

function send(reply: FastifyReply, texts: AsyncIterable<Buffer>) {
  return (
    reply
      .type('text/event-stream; charset=utf-8')
      // nginx would collect the events before it sends them on.
      .header('x-accel-buffering', 'no')
      .send(endingStream(texts, streamMaxMs + streamGraceMs))
  )
}

async function* textsOf(events: AsyncIterable<FeedEvent>): AsyncGenerator<Buffer> {
  for await (const event of events) yield Buffer.from(eventText(event))
}

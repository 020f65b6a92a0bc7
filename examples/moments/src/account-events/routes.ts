import { Webhook } from 'standardwebhooks'
import { Failure } from '../failure.ts'
import type { App } from '../http/app.ts'
import { readAccountEvent } from './model.ts'
import type { AccountEventsService } from './service.ts'

export interface AccountEventRoutesOptions {
  readonly accountEvents: AccountEventsService
  /** Proxima shows it once, when the webhook is created. */
  readonly webhookSecret: string
}

/** Needs a scope of its own: in it, bodies are not parsed. */
export function accountEventRoutes(app: App, options: AccountEventRoutesOptions): void {
  const { accountEvents, webhookSecret } = options
  const webhook = new Webhook(webhookSecret)

  // The signature covers the bytes that were sent, so it is checked before anything reads them.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )

  app.post('/webhooks/proxima', async (request, reply) => {
    const event = readAccountEvent(verified(webhook, request))
    if (event !== null) accountEvents.handle(event)
    // The others too, such as a ping: Proxima must not send them again.
    return reply.code(204).send()
  })
}

/** @throws Failure `bad_signature`, also for an event that was signed more than five minutes ago */
function verified(webhook: Webhook, { body, headers }: { body: unknown; headers: object }): unknown {
  try {
    return webhook.verify(body as Buffer, headers as Record<string, string>)
  } catch (cause) {
    throw new Failure('malformed', 'bad_signature', 'The signature of the event is not valid.', { cause })
  }
}

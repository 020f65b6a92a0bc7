import express, { type Request, type Router } from 'express'
import { Webhook } from 'standardwebhooks'
import { Failure } from '../failure.ts'
import { readAccountDeleted } from './model.ts'
import type { AccountEventsService } from './service.ts'

/** @param webhookSecret Proxima shows it once, when the webhook is created */
export function accountEventRoutes(
  router: Router,
  accountEvents: AccountEventsService,
  webhookSecret: string,
): void {
  const webhook = new Webhook(webhookSecret)
  // The signature covers the bytes that were sent, so it is checked before anything reads them.
  const bytes = express.raw({ type: 'application/json', limit: '64kb' })

  router.post('/webhooks/proxima', bytes, async (request, response) => {
    const deleted = readAccountDeleted(verified(webhook, request))
    if (deleted !== null) await accountEvents.anonymise(deleted)
    // The others too, such as a ping: Proxima must not send them again.
    response.status(204).end()
  })
}

/** @throws Failure `bad_signature`, also for an event that was signed more than five minutes ago */
function verified(webhook: Webhook, { body, headers }: Request): unknown {
  try {
    return webhook.verify(body as Buffer, headers as Record<string, string>)
  } catch (cause) {
    throw new Failure('malformed', 'bad_signature', 'The signature of the event is not valid.', { cause })
  }
}

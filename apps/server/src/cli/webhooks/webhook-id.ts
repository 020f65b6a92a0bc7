import { Failure } from '../../platform/kernel/failures.ts'
import { isId, type WebhookId } from '../../platform/kernel/ids.ts'
import { notFound } from '../../platform/kernel/problems.ts'

/** @throws `not_found` */
export function readWebhookId(text: string): WebhookId {
  if (isId<WebhookId>(text)) return text
  throw new Failure(notFound, {
    detail: `There is no webhook ${JSON.stringify(text)}. "proxima webhooks list" shows all.`,
  })
}

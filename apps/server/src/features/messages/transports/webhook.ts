import type { WebhookLocation } from '../../../platform/config/delivery-parsers.ts'
import { webhookSignature, webhookTimestamp } from '../../../platform/crypto/webhook-signature.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { DeliveryFailure, type Message, type Transport } from '../model.ts'
import { isSuccess, type Outgoing, post } from './post.ts'

/** With these statuses, the message can never be delivered (RFC 9110 §15.5). */
const finalStatuses = new Set([410, 422])

export interface WebhookOptions {
  readonly outgoing: Outgoing
  readonly location: WebhookLocation
  /** Signs each message; null if messages are not signed. */
  readonly key: Uint8Array | null
  readonly clock: Clock
  readonly from: () => string
  readonly renderHtml: (message: Message) => string
}

/** Posts each message as JSON to a program of the operator. */
export class WebhookTransport implements Transport {
  readonly #options: WebhookOptions

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  async deliver(message: Message, signal: AbortSignal): Promise<void> {
    const { outgoing, location } = this.#options
    const { url, authorization } = location
    const body = JSON.stringify(this.#bodyOf(message))
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': message.id,
      ...this.#signatureOf(message, body),
      ...(authorization !== null && { authorization }),
    }
    const response = await post(outgoing, url, { headers, body, signal })
    if (!isSuccess(response))
      throw new DeliveryFailure(`http ${response.status}`, finalStatuses.has(response.status))
  }

  #signatureOf({ id }: Message, body: string): Readonly<Record<string, string>> {
    const { key, clock } = this.#options
    if (key === null) return {}
    const timestamp = webhookTimestamp(clock.now())
    return {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': webhookSignature(key, { id, timestamp, body }),
    }
  }

  #bodyOf(message: Message): object {
    const { from, renderHtml } = this.#options
    const { id, channel, template, to, subject, text, createdAt } = message
    const shared = { id, channel, template, to, text, created_at: createdAt.toISOString() }
    return channel === 'sms' ? shared : { ...shared, from: from(), subject, html: renderHtml(message) }
  }
}

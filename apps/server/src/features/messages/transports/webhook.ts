import type { WebhookLocation } from '../../../platform/config/delivery-parsers.ts'
import { DeliveryFailure, type Message, type Transport } from '../model.ts'

/** With these statuses, the message can never be delivered (RFC 9110 §15.5). */
const finalStatuses = new Set([410, 422])

export interface WebhookOptions {
  readonly location: WebhookLocation
  readonly from: () => string
  readonly renderHtml: (message: Message) => string
}

/** Posts each message as JSON to a program of the operator. */
export class WebhookTransport implements Transport {
  readonly #location: WebhookLocation
  readonly #from: () => string
  readonly #renderHtml: WebhookOptions['renderHtml']

  constructor({ location, from, renderHtml }: WebhookOptions) {
    this.#location = location
    this.#from = from
    this.#renderHtml = renderHtml
  }

  async deliver(message: Message, signal: AbortSignal): Promise<void> {
    const response = await this.#post(message, signal)
    await response.body?.cancel()
    if (!response.ok) throw new DeliveryFailure(`http ${response.status}`, finalStatuses.has(response.status))
  }

  async #post(message: Message, signal: AbortSignal): Promise<Response> {
    const { url, authorization } = this.#location
    try {
      return await fetch(url, {
        method: 'POST',
        // A redirect leads to an address that the operator did not configure, and would take the credential there
        // (A121).
        redirect: 'error',
        signal,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': message.id,
          ...(authorization !== null && { authorization }),
        },
        body: JSON.stringify(this.#bodyOf(message)),
      })
    } catch {
      throw new DeliveryFailure(signal.aborted ? 'http timeout' : 'http unreachable')
    }
  }

  #bodyOf(message: Message): object {
    const { id, channel, template, to, subject, text, createdAt } = message
    const shared = { id, channel, template, to, text, created_at: createdAt.toISOString() }
    return channel === 'sms'
      ? shared
      : { ...shared, from: this.#from(), subject, html: this.#renderHtml(message) }
  }
}

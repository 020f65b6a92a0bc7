import type { Sealer } from '../../../../platform/crypto/sealing.ts'
import { webhookSignature, webhookTimestamp } from '../../../../platform/crypto/webhook-signature.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { OutgoingFailure } from '../../../../platform/outgoing/failure.ts'
import type { OutgoingRequests } from '../../../../platform/outgoing/outgoing.ts'
import type { StoredEndpoint } from '../endpoints/model.ts'
import { signingKeys } from '../endpoints/secrets.ts'
import { attemptMaxMs } from './model.ts'
import { readRetryAfterMs } from './retries.ts'

export interface SenderOptions {
  readonly outgoing: Pick<OutgoingRequests, 'post'>
  readonly sealer: Pick<Sealer, 'open'>
  readonly clock: Clock
}

/** The answer of a receiver. */
export interface Sent {
  /** Why it is not delivered, such as `http 500` or `timeout`; null if it is. */
  readonly error: string | null
  /** True if the receiver wants no further messages (Standard Webhooks: 410). */
  readonly isGone: boolean
  /** How long the receiver asks to wait, in milliseconds; null if it does not. */
  readonly retryAfterMs: number | null
}

const goneStatus = 410
/** Too many requests, and overloaded. Standard Webhooks recommends to send such receivers less. */
const asksToWait = [429, 503]

/** Sends one message to one endpoint, as Standard Webhooks describes. */
export class WebhookSender {
  readonly #options: SenderOptions

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** @param signal ends the attempt early, for example because the server stops */
  async send(
    endpoint: Pick<StoredEndpoint, 'id' | 'url' | 'secrets'>,
    message: { readonly id: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<Sent> {
    const { clock, outgoing } = this.#options
    try {
      const { status, retryAfter } = await outgoing.post(endpoint.url, {
        headers: { 'content-type': 'application/json', ...this.#signatureOf(endpoint, message) },
        body: message.body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMaxMs)]),
        answerMaxBytes: 0,
      })
      const isDelivered = status >= 200 && status < 300
      return {
        error: isDelivered ? null : `http ${status}`,
        isGone: status === goneStatus,
        retryAfterMs: asksToWait.includes(status) ? readRetryAfterMs(retryAfter, clock.now()) : null,
      }
    } catch (error) {
      if (error instanceof OutgoingFailure) return { error: error.code, isGone: false, retryAfterMs: null }
      throw error
    }
  }

  /** The time is that of the attempt: receivers refuse an old one, because someone may have recorded it. */
  #signatureOf(
    { id: endpointId, secrets }: Pick<StoredEndpoint, 'id' | 'secrets'>,
    { id, body }: { readonly id: string; readonly body: string },
  ): Readonly<Record<string, string>> {
    const { sealer, clock } = this.#options
    const now = clock.now()
    const timestamp = webhookTimestamp(now)
    const keys = signingKeys(sealer, endpointId, { secrets, now })
    return {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': keys.map((key) => webhookSignature(key, { id, timestamp, body })).join(' '),
    }
  }
}

import type { Sealer } from '../../../../platform/crypto/sealing.ts'
import { webhookSignature, webhookTimestamp } from '../../../../platform/crypto/webhook-signature.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { OutgoingFailure } from '../../../../platform/outgoing/failure.ts'
import type { OutgoingRequests } from '../../../../platform/outgoing/outgoing.ts'
import type { StoredEndpoint } from '../endpoints/model.ts'
import { signingKeys } from '../endpoints/secrets.ts'
import { attemptMaxMs } from './model.ts'

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
}

const goneStatus = 410

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
    try {
      const { status } = await this.#options.outgoing.post(endpoint.url, {
        headers: { 'content-type': 'application/json', ...this.#signatureOf(endpoint, message) },
        body: message.body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMaxMs)]),
        answerMaxBytes: 0,
      })
      const isDelivered = status >= 200 && status < 300
      return { error: isDelivered ? null : `http ${status}`, isGone: status === goneStatus }
    } catch (error) {
      if (error instanceof OutgoingFailure) return { error: error.code, isGone: false }
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

import type { Clock } from '../../../platform/kernel/clock.ts'
import { type MessageId, newId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { Languages } from '../../languages/service.ts'
import { contentFor } from '../mail/content.ts'
import {
  attemptMaxMs,
  type Channel,
  DeliveryFailure,
  type Recipient,
  type Sender,
  securityContextOf,
  type Transport,
} from '../model.ts'
import { testMessage } from '../templates/test-message.ts'

export interface TestMessagesOptions {
  readonly transports: ReadonlyMap<Channel, Transport>
  readonly languages: Languages
  readonly sender: () => Sender
  readonly clock: Clock
}

export interface TestMessage {
  readonly recipient: Pick<Recipient, 'channel' | 'address'>
  readonly locale: string | null
}

/** Sends a message for an operator who wants to see whether the settings are right. */
export class TestMessagesService {
  readonly #options: TestMessagesOptions

  constructor(options: TestMessagesOptions) {
    this.#options = options
  }

  /**
   * Makes one attempt at once. The message is not stored, and not counted: only an operator can cause it.
   * @returns why the message was not accepted, such as `smtp 550`; null if it was
   */
  async send({ recipient, locale }: TestMessage): Promise<string | null> {
    const { transports, languages, sender, clock } = this.#options
    const transport = transports.get(recipient.channel)
    if (transport === undefined) return 'no_channel'
    const now = clock.now()
    const language = languages.for(locale)
    const text = testMessage(language, { sender: sender(), context: securityContextOf(noRequest, now) })
    const content = contentFor({ recipient, language, text }, sender())
    const { channel } = recipient
    const message = { id: newId<MessageId>(), channel, template: 'test_message', createdAt: now, ...content }
    try {
      await transport.deliver(message, AbortSignal.timeout(attemptMaxMs))
      return null
    } catch (error) {
      if (error instanceof DeliveryFailure) return error.code
      throw error
    }
  }
}

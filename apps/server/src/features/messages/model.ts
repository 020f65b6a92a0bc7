import type { MessageId } from '../../platform/kernel/ids.ts'

export type Channel = 'mail' | 'sms'

/** The service as its messages name it. */
export interface Sender {
  readonly name: string
  /** The configured origin, the only address that a message holds: never one from a request (A87). */
  readonly url: string
}

/** What is said, for either channel. */
export interface Wording {
  readonly subject: string
  readonly text: string
  /** Short enough for one text message, where the name of the service is. */
  readonly sms: string
}

/** When and from where something was done, as the owner of the account is told. */
export interface Occasion {
  readonly at: Date
  /** Such as "Firefox on Linux": only words of ours, never what a client calls itself (A122). */
  readonly device: string | null
  /** Roughly where: the network, which is enough for its owner to know it. */
  readonly network: string
}

/** What somebody whose account was deleted must know. */
export interface DeletionTerms {
  readonly receipt: string
  /** Null where it is erased already. */
  readonly restorableUntil: Date | null
}

export interface Recipient {
  readonly channel: Channel
  /** Where it goes: where there is an account, as stored there and not as typed (A15). */
  readonly address: string
  /** By this it is counted, so that no other spelling gets more messages. */
  readonly canonical: string
}

export interface Message {
  /** The same at every try, so that whoever gets it twice can tell. */
  readonly id: MessageId
  readonly channel: Channel
  readonly template: string
  readonly to: string
  /** Empty for a text message. */
  readonly subject: string
  readonly text: string
  readonly createdAt: Date
}

/** Hands messages of one channel on. */
export interface Transport {
  /** @throws DeliveryFailure */
  deliver(message: Message, signal: AbortSignal): Promise<void>
}

export class DeliveryFailure extends Error {
  /** For operators; never what the other side said, which may hold the address. */
  readonly code: string
  /** No other try will do better. */
  readonly isFinal: boolean

  constructor(code: string, isFinal = false) {
    super(code)
    this.name = 'DeliveryFailure'
    this.code = code
    this.isFinal = isFinal
  }
}

export type MessageState = 'waiting' | 'sent' | 'given_up'

/** A message as an operator may see it: without its recipient and what it says. */
export interface MessageSummary {
  readonly id: MessageId
  readonly channel: Channel
  readonly template: string
  readonly state: MessageState
  readonly attempts: number
  readonly error: string | null
  readonly createdAt: Date
}

/** How often one address is told of one thing within an hour, whoever asks for it (A88). */
export const messagesPerHourMax = 3

/** After so many tries it is given up: a day, about, after the first. */
export const attemptsMax = 18
const firstWaitSeconds = 30
const waitMaxSeconds = 7_200

/** How long the next try waits after so many that failed: 30 s, doubling up to two hours. */
export function retryWaitSeconds(attempts: number): number {
  return Math.min(firstWaitSeconds * 2 ** (attempts - 1), waitMaxSeconds)
}

/** Longer than any try takes; after it another node may try, since who tried last is gone. */
export const leaseSeconds = 180
export const tryMaxMs = 60_000

/** What is older is not sent any more: after a restore, say, it would only confuse. */
export const freshDays = 2
/** Whatever became of a message, it is not kept longer. */
export const keptDays = 7

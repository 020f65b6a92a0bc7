import { networkKey } from '../../platform/kernel/addresses.ts'
import { type Device, deviceNamesOf } from '../../platform/kernel/device.ts'
import type { MessageId } from '../../platform/kernel/ids.ts'
import type { RequestContext } from '../../platform/kernel/request-context.ts'
import type { Block } from './mail/model.ts'

export type Channel = 'mail' | 'sms'

/** The service, as its messages name it. */
export interface Sender {
  readonly name: string
  /** The configured origin. It is the only address in a message: never one from a request (A87). */
  readonly url: string
}

/** When and from where an account was changed, so that its owner can recognize their own action. */
export interface SecurityContext {
  readonly at: Date
  /** The names are our own, never the client's (A122). */
  readonly device: Device
  /** Only the network: enough for the owner to recognize it. Null if unknown. */
  readonly network: string | null
}

export function securityContextOf({ ipAddress, userAgent }: RequestContext, at: Date): SecurityContext {
  return {
    at,
    device: deviceNamesOf(userAgent),
    network: ipAddress === null ? null : networkKey(ipAddress),
  }
}

export interface Recipient {
  readonly channel: Channel
  /** For an account, the address as it is stored, not as someone typed it (A15). */
  readonly address: string
  /** The mailbox or number by which messages are counted, so that another spelling does not get more of them. */
  readonly countedAs: string
  /** What similar addresses share that may be one mailbox; null for a number, which has one spelling. */
  readonly spellings: string | null
  /** The form in which addresses are compared. */
  readonly canonical: string
  /** When the owner has shown that they receive what is sent there; null if they have not. */
  readonly verifiedAt: Date | null
  /** The ISO 3166 code of a phone number, or its calling code if it belongs to no country; null for mail. */
  readonly country: string | null
  /** True for a number to which messages cost more than usual. */
  readonly isCostly: boolean
}

/** The text and the recipient of a message. Sealed in the outbox, and deleted once the message is sent. */
export interface MessageContent {
  readonly to: string
  /** The BCP 47 tag of its language. */
  readonly locale: string
  /** Empty for a text message. */
  readonly subject: string
  readonly text: string
  /** The parts of a mail, from which its HTML is made; for a text message, the parts of the mail in its place. */
  readonly blocks: readonly Block[]
  /** What a mail program shows beside the subject. Null for the first paragraph. */
  readonly preview: string | null
}

export interface Message extends MessageContent {
  /** The same at each attempt, so that a recipient can recognize a duplicate. */
  readonly id: MessageId
  readonly channel: Channel
  readonly template: string
  readonly createdAt: Date
}

/** Delivers the messages of one channel. */
export interface Transport {
  /** @throws DeliveryFailure */
  deliver(message: Message, signal: AbortSignal): Promise<void>
}

export class DeliveryFailure extends Error {
  /** For operators. Never the text of the other server, which may contain the address. */
  readonly code: string
  /** True if another attempt would fail too. */
  readonly isFinal: boolean

  constructor(code: string, isFinal = false) {
    super(code)
    this.name = 'DeliveryFailure'
    this.code = code
    this.isFinal = isFinal
  }
}

export type MessageState = 'waiting' | 'sent' | 'given_up'

/** A message as operators see it: without its recipient and its text. */
export interface MessageSummary {
  readonly id: MessageId
  readonly channel: Channel
  readonly template: string
  readonly state: MessageState
  readonly attempts: number
  readonly error: string | null
  readonly createdAt: Date
}

/**
 * Longer than any attempt takes. After that, the node that claimed the message must have stopped, and another may try.
 */
export const leaseSeconds = 180
export const attemptMaxMs = 60_000

/** An older message is no longer sent: it would only confuse its recipient, for example after a restore. */
export const freshDays = 2
/** No message is kept longer, whatever its state. */
export const keptDays = 7

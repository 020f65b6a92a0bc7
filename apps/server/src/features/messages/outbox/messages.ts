import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId, MessageId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { Language } from '../../languages/model.ts'
import type { Unsendable, WithheldReason } from '../caps/model.ts'
import type { Channel, MessageContent, MessageSummary, Recipient } from '../model.ts'
import type { MessageText } from '../templates/template.ts'
import type { AddressFacts, AddressTemplateName } from '../templates/templates.ts'

/** The contacts of an owner to whom messages are sent. */
export type Contacts = Pick<Account, 'email' | 'emailVerifiedAt' | 'phoneNumber' | 'phoneNumberVerifiedAt'>

export interface NewMessage<Name extends AddressTemplateName = AddressTemplateName> {
  readonly template: Name
  readonly facts: AddressFacts[Name]
  /** Messages about the same thing are limited together. */
  readonly about: string
  readonly recipient: Recipient
  /** The account of the recipient: its export shows the message, and its erasure deletes it. */
  readonly accountId: AccountId | null
  /** The language that the recipient has chosen; null for the default. */
  readonly locale: string | null
  /** Where the request that causes the message comes from. */
  readonly context: RequestContext
  /** True if the message carries a code that its recipient needs to confirm the address. */
  readonly carriesCode?: boolean
  /** See `CountedMessage`. False if it is absent. */
  readonly isFromOwner?: boolean
  /** See `CountedMessage`. False if it is absent. */
  readonly isFromKnownClient?: boolean
  /** Why nothing is sent, although the work is the same (I4); null if it is. */
  readonly unsendable?: Unsendable | null
}

/** The account that a notification is about. The id is null if the account is already erased. */
export interface Owner extends Contacts, Pick<Account, 'locale'> {
  readonly id: AccountId | null
}

export interface WrittenMessage extends Omit<NewMessage, 'template' | 'facts' | 'locale'> {
  readonly template: string
  readonly language: Language
  readonly text: MessageText
  readonly isFromOwner: boolean
}

/** A recipient of a notification. */
export interface Reached {
  readonly recipient: Recipient
  readonly isUndeliverable: boolean
}

/** A message that is not sent because of a cap, or because nothing delivers it. It does not name the recipient. */
export interface WithheldMessage {
  readonly id: MessageId
  readonly channel: Channel
  readonly template: string
  readonly reason: WithheldReason
}

/** A message with its content, for the page that shows it in development. */
export type OpenMessage = MessageSummary & { readonly content: MessageContent | null }

import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction, onCommitted } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs, hourMs } from '../../../platform/kernel/durations.ts'
import { type AccountId, lowestId, type MessageId, newId } from '../../../platform/kernel/ids.ts'
import { type Locale, localeFor } from '../../../platform/kernel/locale.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import {
  type Channel,
  keptDays,
  type MessageContent,
  type MessageSummary,
  type MessageText,
  messagesPerHourMax,
  type Recipient,
  type Sender,
  securityContextOf,
} from '../model.ts'
import {
  type AddressTemplateName,
  addressTemplates,
  type OwnerFacts,
  type OwnerTemplateName,
  ownerTemplates,
} from '../templates/templates.ts'
import type { OutboxRepository } from './repository.ts'

export interface OutboxServiceOptions {
  readonly db: Database
  readonly messages: OutboxRepository
  readonly sealer: Sealer
  readonly clock: Clock
  readonly serviceName: string
  readonly publicUrl: () => string
  /** The channels that deliver messages, or show them in development. Messages for other channels are not stored. */
  readonly channels: readonly Channel[]
  /** The ways to reach the owner of an account, the best first. */
  readonly recipientsOf: (contacts: Pick<Account, 'email' | 'phoneNumber'>) => readonly Recipient[]
}

export interface NewMessage {
  readonly template: AddressTemplateName
  /** Messages about the same thing are limited together. */
  readonly about: string
  readonly recipient: Recipient
  /** The account of the recipient: its export shows the message, and its erasure deletes it. */
  readonly accountId: AccountId | null
  readonly locale: Locale
}

/** The account that a notification is about. The id is null if the account is already erased. */
export interface Owner extends Pick<Account, 'email' | 'phoneNumber' | 'locale'> {
  readonly id: AccountId | null
}

interface WrittenMessage extends Omit<NewMessage, 'template'> {
  readonly template: string
  readonly text: MessageText
}

/** A message with its content, for the page that shows it in development. */
export type OpenMessage = MessageSummary & { readonly content: MessageContent | null }

const sealingPurpose = 'messages.content'

/**
 * Stores messages until they are delivered. A message is written in the transaction that causes it, so that neither
 * exists without the other. Delivery is slow and may fail, so it happens later: the commit of the transaction starts
 * it.
 */
export class OutboxService {
  readonly #options: OutboxServiceOptions
  #wakeDelivery: () => void = () => undefined

  constructor(options: OutboxServiceOptions) {
    this.#options = options
  }

  /** Sets the callback that starts delivery on this node. Other nodes find the message when they poll. */
  onMessageWaiting(wakeDelivery: () => void): void {
    this.#wakeDelivery = wakeDelivery
  }

  /**
   * Writes a message to an address. An address gets only a few messages an hour about the same thing, regardless of how
   * many people cause them (A88). All further messages are dropped.
   */
  async put(transaction: Transaction, message: NewMessage): Promise<void> {
    const text = addressTemplates[message.template](message.locale, { sender: this.#sender() })
    await this.#insert(transaction, { ...message, text })
  }

  /** Notifies the owner of an account by the best channel that works. The limit of `put` applies. */
  async notifyOwner<Name extends OwnerTemplateName>(
    transaction: Transaction,
    owner: Owner,
    template: Name,
    facts: OwnerFacts[Name] & { readonly context: RequestContext },
  ): Promise<void> {
    const { channels, clock, recipientsOf } = this.#options
    const recipient = recipientsOf(owner).find(({ channel }) => channels.includes(channel))
    if (recipient === undefined) return
    const locale = localeFor(owner.locale)
    const context = securityContextOf(facts.context, clock.now())
    const text = ownerTemplates[template](locale, { ...facts, sender: this.#sender(), context })
    await this.#insert(transaction, {
      template,
      about: template,
      recipient,
      accountId: owner.id,
      locale,
      text,
    })
  }

  /** Deletes every message to the account, including those that wait to be delivered. */
  async forget(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.messages.deleteByAccount(transaction, accountId)
  }

  async #insert(
    transaction: Transaction,
    { template, about, recipient, accountId, locale, text }: WrittenMessage,
  ): Promise<void> {
    const { channels, messages, clock } = this.#options
    const { channel } = recipient
    if (!channels.includes(channel)) return
    const now = clock.now()
    const slot = await this.#takeSlot(transaction, [about, channel, recipient.canonical], now)
    if (slot === null) return
    const id = newId<MessageId>()
    await messages.insert(transaction, {
      id,
      channel,
      template,
      account_id: accountId,
      slot,
      content_sealed: this.#seal(id, contentFor(recipient, locale, text)),
      created_at: now.getTime(),
      due_at: now.getTime(),
      attempts: 0,
      outcome: null,
      error: null,
    })
    onCommitted(transaction, this.#wakeDelivery)
  }

  /** @throws WrongMasterSecret, DamagedSeal */
  open({ id, contentSealed }: { id: MessageId; contentSealed: string }): MessageContent {
    const text = this.#options.sealer.open(contentSealed, { purpose: sealingPurpose, id })
    return JSON.parse(text) as MessageContent
  }

  /** Newest first, without recipients and texts. */
  async list(limit: number): Promise<MessageSummary[]> {
    const listed = await this.#options.messages.list(this.#options.db, limit)
    return listed.map(({ summary }) => summary)
  }

  /** The messages to one account that are older than `before`, newest first. */
  async listByAccount(
    accountId: AccountId,
    page: { before: MessageId | null; limit: number },
  ): Promise<MessageSummary[]> {
    return await this.#options.messages.listByAccount(this.#options.db, accountId, page)
  }

  /** Newest first, with the content of messages that are not sent yet. */
  async listOpen(limit: number): Promise<OpenMessage[]> {
    const listed = await this.#options.messages.list(this.#options.db, limit)
    return listed.map(({ summary, contentSealed }) => {
      const content = contentSealed === null ? null : this.open({ id: summary.id, contentSealed })
      return { ...summary, content }
    })
  }

  /** Deletes old messages. @returns how many it deleted, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, messages, clock } = this.#options
    const until = new Date(clock.now().getTime() - keptDays * dayMs)
    return await inTransaction(db, (transaction) => messages.deleteOld(transaction, until, limit))
  }

  /**
   * Reseals the next messages after `after` that a previous master secret sealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const { db, messages, sealer } = this.#options
    const page = { after: (after ?? lowestId) as MessageId, limit: resealBatchSize }
    return await resealPage(db, {
      dryRun,
      rows: await messages.listSealed(db, page),
      keyOf: ({ id }) => id,
      changesOf: ({ id, contentSealed: read }) => {
        const resealed = sealer.reseal(read, { purpose: sealingPurpose, id })
        return resealed === null ? [] : [{ id, read, resealed }]
      },
      replace: (transaction, { id, ...values }) => messages.replaceContent(transaction, id, values),
    })
  }

  /**
   * Takes one of the few slots for messages about one thing to one address; null if all are taken. A slot is unique in
   * the database, so the limit holds for any number of simultaneous transactions: the loser of a race runs again.
   */
  async #takeSlot(transaction: Transaction, counted: readonly string[], now: Date): Promise<string | null> {
    const { messages } = this.#options
    const slots = Array.from({ length: messagesPerHourMax }, (_, place) =>
      digestSecret(JSON.stringify([...counted, place])),
    )
    const taken = await messages.findSlots(transaction, slots)
    const isFree = (slot: string) => (taken.get(slot)?.getTime() ?? 0) <= now.getTime() - hourMs
    const slot = slots.find(isFree) ?? null
    if (slot !== null && taken.has(slot)) await messages.freeSlot(transaction, slot)
    return slot
  }

  #sender(): Sender {
    const { serviceName: name, publicUrl } = this.#options
    return { name, url: publicUrl() }
  }

  #seal(id: MessageId, content: MessageContent): string {
    return this.#options.sealer.seal(JSON.stringify(content), { purpose: sealingPurpose, id })
  }
}

function contentFor(
  { channel, address: to }: Recipient,
  locale: Locale,
  { subject, text, sms }: MessageText,
): MessageContent {
  return channel === 'mail' ? { to, locale, subject, text } : { to, locale, subject: '', text: sms }
}

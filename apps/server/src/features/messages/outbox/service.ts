import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction, onCommitted } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import { type AccountId, lowestId, type MessageId, newId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { Languages } from '../../languages/service.ts'
import type { BouncesService } from '../bounces/service.ts'
import type { MessageCapsService } from '../caps/service.ts'
import { contentFor } from '../mail/content.ts'
import {
  type Channel,
  keptDays,
  type MessageContent,
  type MessageSummary,
  type Recipient,
  type Sender,
  securityContextOf,
} from '../model.ts'
import type { MessageData } from '../templates/template.ts'
import {
  type AddressTemplateName,
  addressTemplates,
  type OwnerFacts,
  type OwnerTemplateName,
  ownerTemplates,
} from '../templates/templates.ts'
import type {
  Contacts,
  NewMessage,
  OpenMessage,
  Owner,
  Reached,
  WithheldMessage,
  WrittenMessage,
} from './messages.ts'
import type { OutboxRepository } from './repository.ts'

export interface OutboxServiceOptions {
  readonly db: Database
  readonly messages: OutboxRepository
  readonly caps: Pick<MessageCapsService, 'count'>
  readonly bounces: Pick<BouncesService, 'undeliverable'>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly sender: () => Sender
  readonly languages: Languages
  /** The channels that deliver messages, or show them in development. Messages for other channels are withheld. */
  readonly channels: readonly Channel[]
  /** The ways to reach the owner of an account, the best first. */
  readonly recipientsOf: (contacts: Contacts) => readonly Recipient[]
}

type Facts<Name extends OwnerTemplateName> = OwnerFacts[Name] & { readonly context: RequestContext }

interface Notice<Name extends OwnerTemplateName> {
  readonly owner: Owner
  readonly reached: Reached
  readonly template: Name
  readonly facts: Facts<Name>
}

const sealingPurpose = 'messages.content'

/** In place of the recipient of a message that is withheld. */
const noRecipient = ''

/**
 * Stores messages until they are delivered. A message is written in the transaction that causes it, so that neither
 * exists without the other. Delivery is slow and may fail, so it happens later: the commit of the transaction starts
 * it.
 *
 * A message that is withheld takes the same way, up to the transport: it is stored, claimed and opened like any other,
 * and then dropped. Otherwise the next request after the answer would be slower only if there is a message, and so
 * reveal that an account exists (I4, A36). It is stored without its recipient, so it cannot be sent by mistake.
 */
export class OutboxService {
  readonly #options: OutboxServiceOptions
  #wakeDelivery: () => void = () => undefined
  #reportWithheld: (message: WithheldMessage) => void = () => undefined

  constructor(options: OutboxServiceOptions) {
    this.#options = options
  }

  /** Sets the callback that starts delivery on this node. Other nodes find the message when they poll. */
  onMessageWaiting(wakeDelivery: () => void): void {
    this.#wakeDelivery = wakeDelivery
  }

  /** Sets the callback for each message that is withheld, for logs and metrics. */
  onMessageWithheld(report: (message: WithheldMessage) => void): void {
    this.#reportWithheld = report
  }

  /**
   * Writes a message to an address. If it exceeds a cap (A88, A89), the message is stored as withheld and is never
   * sent. The caller of the API must not learn that, because it would reveal other messages to that address.
   * @returns whether it will be sent
   */
  async put<Name extends AddressTemplateName>(
    transaction: Transaction,
    { facts, locale, isFromOwner = false, unsendable = null, ...message }: NewMessage<Name>,
  ): Promise<boolean> {
    const isBounced = await this.isUndeliverable(transaction, message.recipient)
    // Otherwise an owner whose address works again could not prove it.
    const isWanted = isFromOwner && message.carriesCode === true
    const language = this.#options.languages.for(locale)
    const text = addressTemplates[message.template](language, { ...facts, ...this.#dataFor(message.context) })
    return await this.#insert(transaction, {
      ...message,
      language,
      text,
      isFromOwner,
      unsendable: unsendable ?? (isBounced && !isWanted ? 'undeliverable' : null),
    })
  }

  /** Notifies the owner of an account by the best channel that works. The caps of `put` apply. */
  async notifyOwner<Name extends OwnerTemplateName>(
    transaction: Transaction,
    owner: Owner,
    template: Name,
    facts: Facts<Name>,
  ): Promise<void> {
    const [reached] = await this.#reachable(transaction, owner)
    if (reached !== undefined) await this.#notify(transaction, { owner, reached, template, facts })
  }

  /**
   * Notifies the owner by every contact, so that someone who controls one of them cannot act unnoticed.
   * @param facts the facts, or a function if they are not the same for every recipient
   * @returns the recipients to whom a message will be sent
   */
  async notifyEveryContact<Name extends OwnerTemplateName>(
    transaction: Transaction,
    owner: Owner,
    template: Name,
    facts: Facts<Name> | ((recipient: Recipient) => Facts<Name>),
  ): Promise<readonly Recipient[]> {
    const factsFor = typeof facts === 'function' ? facts : () => facts
    const notified: Recipient[] = []
    for (const reached of await this.#reachable(transaction, owner)) {
      const { recipient } = reached
      if (await this.#notify(transaction, { owner, reached, template, facts: factsFor(recipient) }))
        notified.push(recipient)
    }
    return notified
  }

  /** Notifies the owner by mail alone, and only at a confirmed address. @returns whether a mail will be sent */
  async notifyByMail<Name extends OwnerTemplateName>(
    transaction: Transaction,
    owner: Owner,
    template: Name,
    facts: Facts<Name>,
  ): Promise<boolean> {
    const all = await this.#reachable(transaction, owner)
    const reached = all.find(
      ({ recipient: { channel, verifiedAt } }) => channel === 'mail' && verifiedAt !== null,
    )
    return reached !== undefined && (await this.#notify(transaction, { owner, reached, template, facts }))
  }

  /** How many messages of this kind the owner of an account has got since then. */
  async sentSince(
    db: Database,
    accountId: AccountId,
    template: OwnerTemplateName,
    since: Date,
  ): Promise<number> {
    return await this.#options.messages.countSince(db, { accountId, template, since })
  }

  /**
   * The recipients whose channel delivers, and whose address has not bounced. If there is none, the best one, so that the
   * message is stored as withheld.
   */
  async #reachable(transaction: Transaction, owner: Owner): Promise<readonly Reached[]> {
    const recipients = this.#options.recipientsOf(owner)
    const bounced = await this.#options.bounces.undeliverable(transaction, recipients)
    const all = recipients.map((recipient) => ({ recipient, isUndeliverable: bounced.has(recipient) }))
    const delivered = all.filter(({ recipient }) => this.delivers(recipient.channel))
    const reachable = delivered.filter(({ isUndeliverable }) => !isUndeliverable)
    return reachable.length > 0 ? reachable : [...delivered, ...all].slice(0, 1)
  }

  /** True if the address has bounced since its owner last confirmed it. */
  async isUndeliverable(db: Database, recipient: Recipient): Promise<boolean> {
    return (await this.#options.bounces.undeliverable(db, [recipient])).has(recipient)
  }

  async #notify<Name extends OwnerTemplateName>(
    transaction: Transaction,
    { owner, reached, template, facts }: Notice<Name>,
  ): Promise<boolean> {
    const language = this.#options.languages.for(owner.locale)
    const text = ownerTemplates[template](language, { ...facts, ...this.#dataFor(facts.context) })
    return await this.#insert(transaction, {
      template,
      about: template,
      recipient: reached.recipient,
      unsendable: reached.isUndeliverable ? 'undeliverable' : null,
      accountId: owner.id,
      language,
      context: facts.context,
      text,
      isFromOwner: true,
    })
  }

  /** True if messages of the channel are delivered, or shown in development. */
  delivers(channel: Channel): boolean {
    return this.#options.channels.includes(channel)
  }

  /** Starts delivery, as after a commit that writes a message. */
  readonly wakeDelivery = (): void => this.#wakeDelivery()

  /** Deletes every message to the account, including those that wait to be delivered. */
  async forget(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.messages.deleteByAccount(transaction, accountId)
  }

  /** @returns whether it will be sent */
  async #insert(transaction: Transaction, message: WrittenMessage): Promise<boolean> {
    const { caps, messages, clock } = this.#options
    const { template, recipient, accountId } = message
    const { channel } = recipient
    const now = clock.now().getTime()
    const id = newId<MessageId>()
    const content = contentFor(message, this.#options.sender())
    const isDelivered = this.delivers(channel)
    const reason = isDelivered ? await caps.count(transaction, message) : 'no_channel'
    const sealed = this.#seal(id, reason === null ? content : { ...content, to: noRecipient })
    // The same row in both cases: the time of the work must not reveal whether an address has an account (A06, A36).
    await messages.insert(transaction, {
      id,
      channel,
      template,
      account_id: accountId,
      created_at: now,
      attempts: 0,
      content_sealed: isDelivered ? sealed : null,
      due_at: isDelivered ? now : null,
      outcome: reason === null ? null : 'given_up',
      error: reason === null ? null : `withheld ${reason}`,
    })
    if (isDelivered) onCommitted(transaction, this.#wakeDelivery)
    if (reason !== null && reason !== 'no_account' && reason !== 'too_soon')
      onCommitted(transaction, () => this.#reportWithheld({ id, channel, template, reason }))
    return reason === null
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

  /** Newest first, with the content of messages that are not sent yet, except those that are withheld. */
  async listOpen(limit: number): Promise<OpenMessage[]> {
    const listed = await this.#options.messages.list(this.#options.db, limit)
    return listed.map(({ summary, contentSealed }) => {
      const content = contentSealed === null ? null : this.open({ id: summary.id, contentSealed })
      return { ...summary, content: content?.to === noRecipient ? null : content }
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

  #dataFor(context: RequestContext): MessageData {
    const { clock, sender } = this.#options
    return { sender: sender(), context: securityContextOf(context, clock.now()) }
  }

  #seal(id: MessageId, content: MessageContent): string {
    return this.#options.sealer.seal(JSON.stringify(content), { purpose: sealingPurpose, id })
  }
}

import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealedAtOnce, resealPage } from '../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, type MessageId, newId, nobody } from '../../../platform/kernel/ids.ts'
import {
  type Channel,
  type DeletionTerms,
  keptDays,
  type Message,
  type MessageSummary,
  messagesPerHourMax,
  type Occasion,
  type Recipient,
  type Sender,
  type Wording,
} from '../model.ts'
import { accountDeleted } from '../templates/account-deleted.ts'
import { accountRestored } from '../templates/account-restored.ts'
import { passwordChanged } from '../templates/password-changed.ts'
import { refreshReused } from '../templates/refresh-reused.ts'
import { registrationReceived } from '../templates/registration-received.ts'
import { registrationTaken } from '../templates/registration-taken.ts'
import { secretRenewed } from '../templates/secret-renewed.ts'
import { usernameChanged } from '../templates/username-changed.ts'
import type { OutboxRepository } from './repository.ts'

const templates = {
  registration_received: registrationReceived,
  registration_taken: registrationTaken,
} as const satisfies Record<string, (sender: Sender) => Wording>

/** What the owner of an account is told of what was done with it, and when and from where. */
const notices = {
  password_changed: passwordChanged,
  secret_renewed: secretRenewed,
  username_changed: usernameChanged,
  refresh_reused: refreshReused,
} as const satisfies Record<string, (sender: Sender, occasion: Occasion) => Wording>

export type TemplateName = keyof typeof templates
export type NoticeName = keyof typeof notices

export interface OutboxServiceOptions {
  readonly db: Database
  readonly messages: OutboxRepository
  readonly sealer: Sealer
  readonly clock: Clock
  readonly serviceName: string
  readonly publicUrl: () => string
  /** Those by which a message can come to be read; for any other none is kept. */
  readonly channels: readonly Channel[]
}

export interface NewMessage {
  readonly template: TemplateName
  readonly about: string
  readonly recipient: Recipient
  /** Whose address it is: to them it is shown that they were written to, and with them it goes. */
  readonly accountId: AccountId | null
}

/** Of an account. */
export interface Owner {
  /** Where they can be reached, the best way first. */
  readonly recipients: readonly Recipient[]
  /** As in `NewMessage`. */
  readonly accountId: AccountId | null
}

export interface Notice extends Owner {
  readonly notice: NoticeName
  readonly occasion: Occasion
}

type Content = Pick<Message, 'to' | 'subject' | 'text'>

interface Draft {
  readonly template: string
  readonly about: string
  readonly recipient: Recipient
  readonly accountId: AccountId | null
  readonly wording: Wording
}

/** A message with what it says, for the page where it is read in development. */
export type OpenMessage = MessageSummary & { readonly content: Content | null }

const sealingPurpose = 'messages.content'
const hourMs = 3_600_000

/**
 * Messages that wait to be delivered. One is written in the transaction that causes it, so that there is never the
 * one without the other, and sending, which is slow and may fail, happens elsewhere.
 */
export class OutboxService {
  readonly #options: OutboxServiceOptions
  #listener: () => void = () => undefined

  constructor(options: OutboxServiceOptions) {
    this.#options = options
  }

  /**
   * Tells the recipient, unless they have been told often enough of late about the same: of one thing an address hears
   * a few times an hour, however many ask for it (A88). Call `announce` once the transaction has ended.
   */
  async put(transaction: Transaction, { template, about, recipient, accountId }: NewMessage): Promise<void> {
    if (!this.#options.channels.includes(recipient.channel)) return
    const wording = templates[template](this.#sender())
    await this.#insert(transaction, { template, about, recipient, accountId, wording })
  }

  /** As `put`, what was done with an account, to its owner by the first way that is open. */
  async notify(transaction: Transaction, { notice, occasion, ...owner }: Notice): Promise<void> {
    await this.#tell(transaction, owner, [notice, notices[notice](this.#sender(), occasion)])
  }

  /** As `notify`, that an account was deleted. */
  async tellDeleted(transaction: Transaction, owner: Owner, terms: DeletionTerms): Promise<void> {
    await this.#tell(transaction, owner, ['account_deleted', accountDeleted(this.#sender(), terms)])
  }

  /** As `tellDeleted`, that it is back. */
  async tellRestored(transaction: Transaction, owner: Owner): Promise<void> {
    await this.#tell(transaction, owner, ['account_restored', accountRestored(this.#sender())])
  }

  /** Takes every message to the account away, those that wait to be sent as well. */
  async forget(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.messages.deleteTo(transaction, accountId)
  }

  async #tell(
    transaction: Transaction,
    { recipients, accountId }: Owner,
    [template, wording]: readonly [string, Wording],
  ): Promise<void> {
    const recipient = recipients.find(({ channel }) => this.#options.channels.includes(channel))
    if (recipient === undefined) return
    await this.#insert(transaction, { template, about: template, recipient, accountId, wording })
  }

  async #insert(
    transaction: Transaction,
    { template, about, recipient, accountId, wording }: Draft,
  ): Promise<void> {
    const { messages, clock } = this.#options
    const { channel } = recipient
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
      content_sealed: this.#seal(id, contentFor(recipient, wording)),
      created_at: now.getTime(),
      due_at: now.getTime(),
      attempts: 0,
      outcome: null,
      error: null,
    })
  }

  /** Lets whoever delivers on this node know at once; elsewhere it is found by looking now and then. */
  announce(): void {
    this.#listener()
  }

  onAnnounced(listener: () => void): void {
    this.#listener = listener
  }

  /** @throws WrongMasterSecret, DamagedSeal */
  open({ id, contentSealed }: { id: MessageId; contentSealed: string }): Content {
    return JSON.parse(this.#options.sealer.open(contentSealed, { purpose: sealingPurpose, id })) as Content
  }

  /** Newest first, without recipients and what is said. */
  async list(limit: number): Promise<MessageSummary[]> {
    const listed = await this.#options.messages.list(this.#options.db, limit)
    return listed.map(({ summary }) => summary)
  }

  /** As `list`, of one account, from behind `before`. */
  async listTo(
    accountId: AccountId,
    page: { before: MessageId | null; limit: number },
  ): Promise<MessageSummary[]> {
    return await this.#options.messages.listTo(this.#options.db, accountId, page)
  }

  /** As `list`, with what is said of those that are not sent. */
  async read(limit: number): Promise<OpenMessage[]> {
    const listed = await this.#options.messages.list(this.#options.db, limit)
    return listed.map(({ summary, contentSealed }) => {
      const content = contentSealed === null ? null : this.open({ id: summary.id, contentSealed })
      return { ...summary, content }
    })
  }

  /** @returns how many are gone that were kept long enough, `limit` at the most */
  async purge(limit: number): Promise<number> {
    const { db, messages, clock } = this.#options
    const until = new Date(clock.now().getTime() - keptDays * 24 * hourMs)
    return await inTransaction(db, (transaction) => messages.deleteOld(transaction, until, limit))
  }

  /**
   * Seals anew the next messages behind `after` that a previous master secret sealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, isTrial }: { after: string | null; isTrial: boolean }): Promise<ResealStep> {
    const { db, messages, sealer } = this.#options
    const wanted = { after: (after ?? nobody) as MessageId, limit: resealedAtOnce }
    return await resealPage(db, {
      isTrial,
      rows: await messages.listSealed(db, wanted),
      keyOf: ({ id }) => id,
      changesOf: ({ id, contentSealed: read }) => {
        const resealed = sealer.reseal(read, { purpose: sealingPurpose, id })
        return resealed === null ? [] : [{ id, read, resealed }]
      },
      replace: (transaction, { id, ...values }) => messages.replaceContent(transaction, id, values),
    })
  }

  /**
   * One of the few places for messages about one thing to one address; null where all are taken. That a place is
   * unique holds the bound against any number of transactions at once: who loses the race runs again.
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

  #seal(id: MessageId, content: Content): string {
    return this.#options.sealer.seal(JSON.stringify(content), { purpose: sealingPurpose, id })
  }
}

function contentFor({ channel, address }: Recipient, { subject, text, sms }: Wording): Content {
  return channel === 'mail' ? { to: address, subject, text } : { to: address, subject: '', text: sms }
}

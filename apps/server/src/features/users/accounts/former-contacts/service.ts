import type { KeyedDigests } from '../../../../platform/crypto/keyed-digests.ts'
import { randomSecret } from '../../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import type { AccountId, ContactChangeId } from '../../../../platform/kernel/ids.ts'
import { windowAround } from '../../../../platform/kernel/time-bounds.ts'
import type { Contact, ContactKind } from '../contacts/model.ts'
import type { ContactsRepository } from '../contacts/repository.ts'
import type { Identifiers } from '../model.ts'
import { type FormerContacts, type UndoLink, verifiedContacts } from './model.ts'
import type { FormerContactsRepository, NewLink } from './repository.ts'

export interface FormerContactsOptions {
  readonly db: Database
  readonly formerContacts: FormerContactsRepository
  readonly contacts: Pick<ContactsRepository, 'list'>
  readonly keyedDigests: KeyedDigests
  readonly clock: Clock
  /** How long a change can be undone; 0 if it cannot. */
  readonly undoMs: number
}

/** The use of the keyed digests of links. */
const digestUse = 'undo-link'
/** As for every link, so that a scanner for leaked secrets can recognize it. */
const linkPrefix = 'pxl_'

/**
 * Keeps the verified contacts that an account had before a change, and the links that bring them back. No other account
 * can take such a contact in the meantime. They outlive everything that ends codes, such as a reset: someone who took
 * over the account can do all of that too.
 */
export class FormerContactsService {
  readonly #options: FormerContactsOptions

  constructor(options: FormerContactsOptions) {
    this.#options = options
  }

  /**
   * Keeps the contacts of an account that the transaction has locked, for a change that was requested.
   * @returns the link that undoes it; null if the account has no verified contact, or if changes cannot be undone
   */
  async keep(
    transaction: Transaction,
    accountId: AccountId,
    change: ContactChangeId,
  ): Promise<UndoLink | null> {
    const { contacts: current, formerContacts, undoMs } = this.#options
    const contacts = verifiedContacts(await current.list(transaction, accountId))
    if (contacts === null || undoMs === 0) return null
    const { link, stored } = this.#newLink(contacts[0])
    await formerContacts.insert(transaction, { change, accountId, contacts }, stored)
    return link
  }

  /**
   * Makes a second link for a change that happens now. The first one keeps working.
   * @returns null if there is nothing to go back to
   */
  async renewLink(transaction: Transaction, change: ContactChangeId): Promise<UndoLink | null> {
    const { formerContacts } = this.#options
    const former = await formerContacts.findByChange(transaction, change)
    if (former === null) return null
    const { link, stored } = this.#newLink(former.contacts[0])
    await formerContacts.addLink(transaction, change, stored)
    return link
  }

  /** What the token of a link brings back; null if the link does not work. It uses nothing up (A90). */
  async find(db: Database, token: string): Promise<FormerContacts | null> {
    const { formerContacts, keyedDigests } = this.#options
    const former = await formerContacts.findByLink(db, keyedDigests.candidates(digestUse, [token]))
    return former !== null && this.#isKept(former) ? former : null
  }

  /**
   * Uses up the links of a change and of every later one, in a transaction that has locked the account.
   * @returns false if another request has used them first
   */
  async use(transaction: Transaction, former: FormerContacts): Promise<boolean> {
    return await this.#options.formerContacts.deleteSince(transaction, former)
  }

  /** The account that had the contact and can get it back, as it was then; null if there is none. */
  async findHolder(db: Database, contact: Pick<Contact, 'kind' | 'canonical'>): Promise<Account | null> {
    const { clock, formerContacts, undoMs } = this.#options
    return await formerContacts.findHolder(db, contact, windowAround(clock.now(), undoMs))
  }

  /** Which of these contacts no new account can have, because another one can get it back; null if none. */
  async findHeld(
    db: Database,
    { email, phoneNumber }: Pick<Identifiers, 'email' | 'phoneNumber'>,
  ): Promise<'email' | 'phoneNumber' | null> {
    const isHeld = async (kind: ContactKind, canonical: string | undefined) =>
      canonical !== undefined && (await this.findHolder(db, { kind, canonical })) !== null
    if (await isHeld('email', email?.canonical)) return 'email'
    return (await isHeld('phone_number', phoneNumber?.canonical)) ? 'phoneNumber' : null
  }

  /** @returns how many it deleted, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, formerContacts } = this.#options
    return await inTransaction(db, (transaction) =>
      formerContacts.deleteExpired(transaction, clock.now(), limit),
    )
  }

  #newLink({ address }: Contact): { readonly link: UndoLink; readonly stored: NewLink } {
    const { clock, keyedDigests, undoMs } = this.#options
    const token = randomSecret(linkPrefix)
    const changedAt = clock.now()
    const expiresAt = new Date(changedAt.getTime() + undoMs)
    const stored = { linkDigest: keyedDigests.digest(digestUse, [token]), changedAt, expiresAt }
    return { link: { token, address, endsAt: expiresAt }, stored }
  }

  #isKept({ changedAt }: FormerContacts): boolean {
    const { clock, undoMs } = this.#options
    const { after, before } = windowAround(clock.now(), undoMs)
    return changedAt > after && changedAt < before
  }
}

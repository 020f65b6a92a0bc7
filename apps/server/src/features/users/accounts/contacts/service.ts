import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Recipient } from '../../../messages/model.ts'
import type { FormerContactsRepository } from '../former-contacts/repository.ts'
import { mailRecipient, smsRecipient } from '../identifiers/recipients.ts'
import type { Contact, ContactKind, NewContact } from './model.ts'
import type { ContactsRepository } from './repository.ts'

export interface ContactsServiceOptions {
  readonly contacts: ContactsRepository
  readonly formerContacts: Pick<FormerContactsRepository, 'deleteByAccount'>
  readonly clock: Clock
}

/** The email address and the phone number of an account, and whether their owner has proved that they are theirs. */
export class ContactsService {
  readonly #options: ContactsServiceOptions

  constructor(options: ContactsServiceOptions) {
    this.#options = options
  }

  /** The email address first. */
  async list(db: Database, accountId: AccountId): Promise<Contact[]> {
    return await this.#options.contacts.list(db, accountId)
  }

  /** @returns null if the account has no such contact */
  async find(db: Database, accountId: AccountId, kind: ContactKind): Promise<Contact | null> {
    return (await this.list(db, accountId)).find((contact) => contact.kind === kind) ?? null
  }

  /** Only while the account still has this contact (I5). @returns whether it has */
  async markVerified(
    transaction: Transaction,
    accountId: AccountId,
    contact: Pick<Contact, 'kind' | 'canonical'>,
  ): Promise<boolean> {
    const { clock, contacts } = this.#options
    return await contacts.markVerified(transaction, accountId, contact, clock.now())
  }

  /** Gives an account that the transaction has locked another email address or phone number, which its owner has proved. */
  async replace(transaction: Transaction, accountId: AccountId, contact: NewContact): Promise<void> {
    const { clock, contacts } = this.#options
    const now = clock.now()
    await contacts.replace(transaction, accountId, { ...contact, verifiedAt: now }, now)
  }

  /**
   * Gives an account that the transaction has locked a contact that no one has proved, unless it only writes it anew. Only
   * operators do this, such as for an owner whose mailbox others read. So no link that undoes an earlier change works after it.
   */
  async assign(
    transaction: Transaction,
    accountId: AccountId,
    contact: NewContact,
    before: Contact | null,
  ): Promise<void> {
    const { clock, contacts, formerContacts } = this.#options
    if (before?.canonical !== contact.canonical) await formerContacts.deleteByAccount(transaction, accountId)
    const verifiedAt = before?.canonical === contact.canonical ? before.verifiedAt : null
    await contacts.replace(transaction, accountId, { ...contact, verifiedAt }, clock.now())
  }

  /** Gives an account that the transaction has locked the contact of another one, which the transaction has erased. */
  async move(transaction: Transaction, accountId: AccountId, contact: Contact): Promise<void> {
    const { clock, contacts } = this.#options
    await contacts.replace(transaction, accountId, contact, clock.now())
  }

  /** Takes the contact from the account. It ends the links that undo earlier changes, as `assign` does. */
  async remove(transaction: Transaction, accountId: AccountId, kind: ContactKind): Promise<void> {
    const { clock, contacts, formerContacts } = this.#options
    await formerContacts.deleteByAccount(transaction, accountId)
    await contacts.remove(transaction, accountId, kind, clock.now())
  }

  /**
   * Gives an account that the transaction has locked the contacts that it had before. It keeps no other, because
   * someone else may have added it (A10).
   */
  async restore(transaction: Transaction, accountId: AccountId, contacts: readonly Contact[]): Promise<void> {
    await this.#options.contacts.replaceAll(transaction, accountId, contacts, this.#options.clock.now())
  }

  /** Removes each contact that no one has proved to be theirs. */
  async removeUnverified(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { clock, contacts } = this.#options
    await contacts.removeUnverified(transaction, accountId, clock.now())
  }
}

/** Where a message to the contact goes. */
export function recipientOf({ kind, address, canonical, verifiedAt }: Contact): Recipient {
  return kind === 'email'
    ? mailRecipient({ given: address, canonical }, verifiedAt)
    : smsRecipient(address, verifiedAt)
}

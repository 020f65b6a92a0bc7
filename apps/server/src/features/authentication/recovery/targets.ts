import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { type AccountId, noAccountId } from '../../../platform/kernel/ids.ts'
import type { CodeProof } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import { type ContactsService, recipientOf } from '../../users/accounts/contacts/service.ts'
import type { LookUp } from '../../users/accounts/identifiers/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import {
  chooseContact,
  decoyOf,
  mayRecover,
  mustWait,
  type RecoveryPolicy,
  recoveryContacts,
} from './model.ts'

export interface RecoveryTargetsOptions {
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive' | 'lockDeleted'>
  readonly contacts: Pick<ContactsService, 'list'>
  readonly outbox: Pick<OutboxService, 'delivers'>
  readonly policy: Pick<RecoveryPolicy, 'byUnverifiedContact'>
}

/** The account and the contact to which a code is sent. */
export interface Target {
  readonly account: Account
  readonly contact: Contact
  /** True if a recovery by this contact must wait. */
  readonly mustWait: boolean
}

/** A recovery that someone has proved, and the contacts by which the account can be recovered. */
export interface ProvedRecovery {
  readonly account: Account
  readonly usable: readonly Contact[]
  readonly proved: Contact
}

/** Decides which accounts can be recovered, and by which of their contacts. */
export class RecoveryTargets {
  readonly #options: RecoveryTargetsOptions

  constructor(options: RecoveryTargetsOptions) {
    this.#options = options
  }

  /** Does the same work for an identifier that no account has (I4). */
  async find(db: Database, { account, typed }: Pick<LookUp, 'account' | 'typed'>): Promise<Target | null> {
    const usable = await this.contactsOf(db, account?.id ?? noAccountId)
    const contact = chooseContact(usable, typed[0])
    if (account === null || contact === null || !mayRecover(account)) return null
    return { account, contact, mustWait: mustWait(usable, contact) }
  }

  /** In place of the contact of an account, for an identifier that no account has. */
  decoyFor({ typed }: Pick<LookUp, 'typed'>): Contact {
    const { outbox } = this.#options
    return decoyOf(typed, (kind) => outbox.delivers(kind === 'email' ? 'mail' : 'sms'))
  }

  /** The contacts by which the account can be recovered now, the main one first. */
  async contactsOf(db: Database, id: AccountId): Promise<readonly Contact[]> {
    const { contacts, outbox, policy } = this.#options
    const all = await contacts.list(db, id)
    return recoveryContacts(
      all.filter((contact) => outbox.delivers(recipientOf(contact).channel)),
      policy,
    )
  }

  /**
   * Uses a proof, if the account can be recovered by its contact. Locks the account until the transaction ends, so that
   * no other request can suspend it or change its contacts in between (I2).
   * @returns null if it cannot, or if the proof no longer works
   */
  async use(transaction: Transaction, { accountId, use }: CodeProof): Promise<ProvedRecovery | null> {
    const account = await this.#lock(transaction, accountId)
    if (account === null) return null
    const usable = await this.contactsOf(transaction, accountId)
    const used = await use(transaction, usable)
    const proved = usable.find(({ kind }) => kind === used?.kind)
    return proved === undefined ? null : { account, usable, proved }
  }

  /** @returns null if the account cannot be recovered */
  async #lock(transaction: Transaction, id: AccountId): Promise<Account | null> {
    const { accounts } = this.#options
    const isLocked =
      (await accounts.lockActive(transaction, id)) || (await accounts.lockDeleted(transaction, id))
    return isLocked ? await accounts.get(transaction, id) : null
  }
}

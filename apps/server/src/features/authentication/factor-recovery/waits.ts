import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { rateLimited } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { codeFailure, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import { type ContactsService, recipientOf } from '../../users/accounts/contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import {
  type FactorRecoveryPolicy,
  type FactorRecoveryWait,
  factorRecoveryOpenMs,
  noContact,
  recoveryClosed,
  together,
  waitOf,
} from './model.ts'

export interface FactorRecoveryWaitsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lock'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'cancel' | 'checkLink' | 'issue' | 'issuedAt'>
  readonly contacts: Pick<ContactsService, 'list'>
  readonly outbox: Pick<OutboxService, 'delivers' | 'notifyEveryContact'>
  readonly clock: Clock
  readonly policy: Pick<FactorRecoveryPolicy, 'waitMs'>
}

/**
 * Makes the recovery of a second factor wait, so that the owner can notice and cancel it. The wait is a code whose link
 * cancels it, as for a password (`recovery/waits.ts`). So whatever invalidates the codes of an account ends the wait too:
 * a new password, a suspension, a deletion. Someone who began it with the former password must begin again.
 */
export class FactorRecoveryWaits {
  readonly #options: FactorRecoveryWaitsOptions

  constructor(options: FactorRecoveryWaitsOptions) {
    this.#options = options
  }

  /** The contacts that are notified, and can finish it. An address that no one has proved may be of anyone (A10). */
  async contactsOf(db: Database, accountId: AccountId): Promise<readonly Contact[]> {
    const { contacts, outbox } = this.#options
    const all = await contacts.list(db, accountId)
    return all.filter(
      (contact) => contact.verifiedAt !== null && outbox.delivers(recipientOf(contact).channel),
    )
  }

  /** @returns null if none has begun, or it must begin again */
  async find(db: Database, accountId: AccountId): Promise<FactorRecoveryWait | null> {
    const contacts = await this.contactsOf(db, accountId)
    return contacts.length === 0 ? null : await this.#find(db, accountId, contacts)
  }

  /**
   * Begins the wait, unless it has begun before: asking again makes it neither longer nor shorter. The transaction has
   * locked the account.
   * @throws `forbidden` if the settings or the contacts do not allow it, `rate_limited` if a contact cannot be notified
   */
  async begin(
    transaction: Transaction,
    account: Account,
    context: RequestContext,
  ): Promise<FactorRecoveryWait & { readonly hasBegunNow: boolean }> {
    const { clock, policy } = this.#options
    if (policy.waitMs === 0) throw recoveryClosed()
    const contacts = await this.contactsOf(transaction, account.id)
    if (contacts.length === 0) throw noContact()
    const begun = await this.#find(transaction, account.id, contacts)
    if (begun !== null) return { ...begun, hasBegunNow: false }
    const usableAt = new Date(clock.now().getTime() + policy.waitMs)
    await this.#notify(transaction, { account, contacts, usableAt }, context)
    return { usableAt, isOver: false, hasBegunNow: true }
  }

  /** Ends the wait because the owner has shown a second factor, so it is not lost. */
  async endByFactor(transaction: Transaction, accountId: AccountId, context: RequestContext): Promise<void> {
    const { audit, codes } = this.#options
    if (!(await codes.cancel(transaction, waitOf(accountId)))) return
    const subject = { accountId, method: 'second_factor' }
    await audit.success(transaction, 'factor_recovery_cancellation', subject, context)
  }

  /** Looks at the link of a notification without using it up (A90). @throws `code_invalid`, `code_expired` */
  async checkLink(linkToken: string): Promise<CodeProof> {
    const { codes, db } = this.#options
    const result = await codes.checkLink(db, 'factor_recovery_wait', linkToken)
    if (!result.isRight) throw codeFailure(result)
    return result
  }

  /** Cancels the wait with the link of a notification. @throws `code_invalid`, `code_expired` */
  async cancel(linkToken: string, context: RequestContext): Promise<void> {
    const { accounts, audit, db } = this.#options
    const { accountId, use } = await this.checkLink(linkToken)
    await inTransaction(db, async (transaction) => {
      await accounts.lock(transaction, accountId)
      const contacts = await this.contactsOf(transaction, accountId)
      if ((await use(transaction, [together(contacts)])) === null) throw new Failure(codeInvalid)
      const subject = { accountId, method: 'link' }
      await audit.success(transaction, 'factor_recovery_cancellation', subject, context)
    })
  }

  async #find(
    db: Database,
    accountId: AccountId,
    contacts: readonly Contact[],
  ): Promise<FactorRecoveryWait | null> {
    const { clock, codes, policy } = this.#options
    const begunAt = await codes.issuedAt(db, waitOf(accountId), together(contacts))
    if (begunAt === null || policy.waitMs === 0) return null
    const now = clock.now().getTime()
    const endsMs = begunAt.getTime() + policy.waitMs
    if (now > endsMs + factorRecoveryOpenMs) return null
    return { usableAt: new Date(endsMs), isOver: now >= endsMs }
  }

  /**
   * By every contact, or it does not begin: whoever controls one of them must not be the only one who learns of it, not
   * even by making the mail of another one bounce.
   */
  async #notify(
    transaction: Transaction,
    {
      account,
      contacts,
      usableAt,
    }: { readonly account: Account; readonly contacts: readonly Contact[]; readonly usableAt: Date },
    context: RequestContext,
  ): Promise<void> {
    const { codes, outbox } = this.#options
    const wait = { ...waitOf(account.id), accountId: account.id, contact: together(contacts) }
    await codes.issue(transaction, wait, async ({ linkToken }) => {
      const facts = { context, linkToken, usableAt }
      const notified = await outbox.notifyEveryContact(transaction, account, 'factor_recovery_waiting', facts)
      const addresses = notified.map(({ address }) => address)
      if (contacts.every(({ address }) => addresses.includes(address))) return true
      throw new Failure(rateLimited, { retryAfterSeconds: 3_600 })
    })
  }
}

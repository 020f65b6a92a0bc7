import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { daySeconds } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { ContactChangeId } from '../../../platform/kernel/ids.ts'
import { type Limiter, takeOrThrow } from '../../../platform/kernel/limiter.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../authentication/reauthentication/model.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import { codeLifetimes, type IssuedCode } from '../../authenticators/codes/model.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { NewContact } from '../../users/accounts/contacts/model.ts'
import { recipientOf } from '../../users/accounts/contacts/service.ts'
import type { FormerContactsService } from '../../users/accounts/former-contacts/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { ContactClaims } from './claims.ts'
import {
  bindingOf,
  contactIn,
  inputOf,
  messageFacts,
  type TypedContact,
  takenProblems,
  undoOfferTo,
} from './model.ts'
import type { ContactChangesRepository } from './repository.ts'

/** Counted per account, across all addresses: frequent changes are probably a search for taken contacts (A37). */
const changeLimit = { name: 'contact-change-of-account', quota: 10, windowSeconds: daySeconds }

export interface ContactChangeRequestOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get'>
  readonly audit: Pick<AuditService, 'success'>
  readonly changes: ContactChangesRepository
  readonly claims: Pick<ContactClaims, 'otherOwner'>
  readonly codes: Pick<CodesService, 'issue'>
  readonly formerContacts: Pick<FormerContactsService, 'keep'>
  readonly identifiers: Pick<IdentifiersService, 'readNewAccount'>
  readonly limiter: Pick<Limiter, 'take'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact' | 'put'>
  readonly reauthentication: Pick<ReauthenticationService, 'byAny'>
  readonly clock: Clock
  /** With strict privacy, no answer says whether a contact is taken: the contact itself is told (I4). */
  readonly isStrict: boolean
}

export interface ContactChangeRequest extends GivenCredentials {
  readonly contact: TypedContact
}

/** Sends the code with which the owner of an account proves a new email address or phone number. */
export class ContactChangeRequests {
  readonly #options: ContactChangeRequestOptions

  constructor(options: ContactChangeRequestOptions) {
    this.#options = options
  }

  /** Checks the new contact, if there is one. @throws `validation_failed` */
  checkRules(contact: TypedContact | null): void {
    if (contact !== null) this.#options.identifiers.readNewAccount(inputOf(contact))
  }

  /**
   * Needs fresh proof: with another contact, a thief could recover the account. A newer request replaces the older one.
   * Every contact of the account is notified at once, so that the owner can act before the change.
   * @throws `validation_failed`, `step_up_required`, `invalid_credentials`, `email_taken`, `phone_number_taken`,
   * `rate_limited`, `overloaded`
   */
  async request(
    caller: Principal,
    { contact: typed, ...given }: ContactChangeRequest,
    context: RequestContext,
  ): Promise<void> {
    const { accounts, audit, db, formerContacts, identifiers, limiter, outbox, reauthentication } =
      this.#options
    const { accountId, sessionId } = caller
    const contact = contactIn(identifiers.readNewAccount(inputOf(typed)))
    if (isCurrent(caller.account, contact)) throw unchanged(contact)
    const owner = await reauthentication.byAny(caller, given, context)
    // In a transaction of its own: a right password is refunded also if the contact is taken.
    await inTransaction(db, (transaction) => owner.confirm(transaction))
    await takeOrThrow(limiter, changeLimit, accountId)
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      const account = await accounts.get(transaction, accountId)
      const change = await this.#send(transaction, { account, sessionId }, contact, context)
      const link = change === null ? null : await formerContacts.keep(transaction, accountId, change)
      const { kind } = contact
      const subject = { accountId, sessionId, method: kind }
      await audit.success(transaction, 'contact_change_request', subject, context)
      await outbox.notifyEveryContact(transaction, account, 'contact_change_requested', ({ address }) => ({
        context,
        kind,
        undo: undoOfferTo(address, link),
      }))
    })
  }

  /** Deletes the changes whose code has expired. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { changes, clock, db } = this.#options
    return await inTransaction(db, (transaction) => changes.deleteExpired(transaction, clock.now(), limit))
  }

  /**
   * Replaces the pending change if the message will be sent. With strict privacy, a taken contact causes the same work,
   * and the code proves nothing.
   * @returns the new change; null if the older one stays
   */
  async #send(
    transaction: Transaction,
    { account, sessionId }: Pick<Principal, 'account' | 'sessionId'>,
    contact: NewContact,
    context: RequestContext,
  ): Promise<ContactChangeId | null> {
    const { changes, claims, clock, codes, isStrict } = this.#options
    const other = await claims.otherOwner(transaction, contact, account.id)
    if (other !== null && !isStrict) throw new Failure(takenProblems[contact.kind])
    const accountId = other === null ? account.id : null
    const requested = { ...bindingOf(account.id, contact.kind), accountId, contact }
    let change: ContactChangeId | null = null
    await codes.issue(transaction, requested, async (issued) => {
      if (!(await this.#put(transaction, { account, contact, other, issued, context }))) return false
      const createdAt = clock.now()
      const expiresAt = new Date(createdAt.getTime() + codeLifetimes.contact_change.linkMs)
      const asking = { accountId: account.id, sessionId }
      change = await changes.replace(transaction, asking, contact, { createdAt, expiresAt })
      return true
    })
    return change
  }

  /** Both messages share one limit, and count as to an unverified contact: their number must not reveal the owner. */
  async #put(
    transaction: Transaction,
    {
      account,
      contact,
      other,
      issued,
      context,
    }: {
      readonly account: Account
      readonly contact: NewContact
      readonly other: Account | null
      readonly issued: IssuedCode
      readonly context: RequestContext
    },
  ): Promise<boolean> {
    const { outbox } = this.#options
    const { id: accountId, locale } = other ?? account
    const message = { about: 'contact_change', accountId, locale, context, carriesCode: true } as const
    if (other === null) {
      const recipient = recipientOf({ ...contact, verifiedAt: null })
      const facts = { ...issued, ...messageFacts }
      return await outbox.put(transaction, { ...message, template: 'contact_change', recipient, facts })
    }
    // As its owner stored it (A15).
    const address = (contact.kind === 'email' ? other.email : other.phoneNumber) ?? contact.address
    const recipient = recipientOf({ ...contact, address, verifiedAt: null })
    return await outbox.put(transaction, {
      ...message,
      template: 'contact_change_taken',
      recipient,
      facts: {},
    })
  }
}

function isCurrent({ email, phoneNumber }: Account, { kind, address }: NewContact): boolean {
  return address === (kind === 'email' ? email : phoneNumber)
}

function unchanged({ kind }: NewContact): Failure {
  const what = kind === 'email' ? 'email address' : 'phone number'
  const detail = `This is already the ${what} of the account. Give another one, or ask for a code to confirm it.`
  return invalidFields({ pointer: `/${kind}`, code: 'unchanged', detail })
}

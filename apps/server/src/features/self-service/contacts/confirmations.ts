import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { guessedContact } from '../../authentication/verification/model.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { FormerContactsService } from '../../users/accounts/former-contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { ContactClaims } from './claims.ts'
import { bindingOf, takenProblems, undoOfferTo } from './model.ts'
import type { ContactChangesRepository, PendingChange } from './repository.ts'

export interface ContactChangeConfirmationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success' | 'failure'>
  readonly changes: Pick<ContactChangesRepository, 'find' | 'delete'>
  readonly claims: ContactClaims
  readonly codes: Pick<CodesService, 'check'>
  readonly contacts: Pick<ContactsService, 'replace'>
  readonly formerContacts: Pick<FormerContactsService, 'renewLink'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly sessions: Pick<SessionsService, 'endOthers'>
}

export interface TypedCode {
  readonly kind: ContactKind
  readonly code: string
}

/** Changes the contact of an account once its owner has proved that they receive what is sent there. */
export class ContactChangeConfirmations {
  readonly #options: ContactChangeConfirmationOptions

  constructor(options: ContactChangeConfirmationOptions) {
    this.#options = options
  }

  /**
   * The new contact is verified at once, and all other sessions end: one of them may be of someone who wants to keep the
   * account (ASVS 7.4.3).
   * @throws `code_invalid`, `code_expired`, `rate_limited`, and `email_taken` or `phone_number_taken` if someone else
   * has taken the contact in the meantime
   */
  async confirm(caller: Principal, { kind, code }: TypedCode, context: RequestContext): Promise<Account> {
    const { db } = this.#options
    const proof = await this.#check(caller, { kind, code }, context)
    const outcome = await inTransaction(db, async (transaction) => {
      const { before, contact } = await this.#use(transaction, caller, { kind, proof })
      if ((await this.#options.claims.otherOwner(transaction, contact, before.id)) !== null) return null
      return await this.#change(transaction, caller, { before, contact, context })
    })
    // After the commit: the code is used up, and the change has ended.
    if (outcome === null) throw new Failure(takenProblems[kind])
    return outcome
  }

  async #check(caller: Principal, { kind, code }: TypedCode, context: RequestContext): Promise<CodeProof> {
    const { audit, changes, codes, db } = this.#options
    const { accountId, sessionId } = caller
    const subject = { accountId, sessionId, method: kind }
    const pending = await changes.find(db, accountId, kind)
    const result =
      pending === null
        ? null
        : await codes.check({
            ...bindingOf(accountId, kind),
            code,
            // Of the contact, not of the account, as at a verification (A40).
            subject: guessedContact(pending),
            typed: null,
            context,
            action: 'contact_change',
            auditSubject: subject,
          })
    if (result?.isRight) return result
    await audit.failure(db, 'contact_change', subject, context)
    throw new Failure(result?.isExpired ? codeExpired : codeInvalid)
  }

  /** Uses the code, and ends the pending change that it proves. @throws `code_invalid` */
  async #use(
    transaction: Transaction,
    { accountId }: Principal,
    { kind, proof }: { readonly kind: ContactKind; readonly proof: CodeProof },
  ): Promise<{ before: Account; contact: PendingChange }> {
    const { accounts, changes } = this.#options
    if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(codeInvalid)
    const contact = await changes.find(transaction, accountId, kind)
    if (contact === null || (await proof.use(transaction, [contact])) === null) throw new Failure(codeInvalid)
    await changes.delete(transaction, accountId, kind)
    return { before: await accounts.get(transaction, accountId), contact }
  }

  async #change(
    transaction: Transaction,
    caller: Principal,
    {
      before,
      contact,
      context,
    }: { readonly before: Account; readonly contact: PendingChange; readonly context: RequestContext },
  ): Promise<Account> {
    const { accounts, audit, claims, contacts, formerContacts, outbox, sessions } = this.#options
    const { accountId, sessionId } = caller
    await claims.evictPending(transaction, contact)
    await contacts.replace(transaction, accountId, contact)
    await sessions.endOthers(transaction, caller)
    const subject = { accountId, sessionId, method: contact.kind }
    await audit.success(transaction, 'contact_change', subject, context)
    // To the contacts that the account had: a message to the new one would tell its owner nothing.
    const link = await formerContacts.renewLink(transaction, contact.id)
    await outbox.notifyEveryContact(transaction, before, 'contact_changed', ({ address }) => ({
      context,
      undo: undoOfferTo(address, link),
    }))
    return await accounts.get(transaction, accountId)
  }
}

import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { guessedContact } from '../../authentication/verification/model.ts'
import { codeFailure, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { type ContactKind, replacementOf } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { FormerContactsService } from '../../users/accounts/former-contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { ContactClaims } from './claims.ts'
import { bindingOf, takenProblems, undoOfferTo } from './model.ts'
import type { ContactChangesRepository, PendingChange } from './repository.ts'

export interface ContactChangeConfirmationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success' | 'failure' | 'refusal'>
  readonly changes: Pick<ContactChangesRepository, 'list' | 'delete'>
  readonly claims: ContactClaims
  readonly codes: Pick<CodesService, 'check' | 'checkLink'>
  readonly contacts: Pick<ContactsService, 'replace'>
  readonly formerContacts: Pick<FormerContactsService, 'renewLink'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly sessions: Pick<SessionsService, 'endOthers'>
}

export interface TypedCode {
  readonly kind: ContactKind
  readonly code: string
}

/** A change whose owner has proved the new contact. */
interface Confirmed {
  readonly before: Account
  readonly change: PendingChange
  readonly sessionId: SessionId | null
  readonly context: RequestContext
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
  async confirm(caller: Principal, typed: TypedCode, context: RequestContext): Promise<Account> {
    return await this.#confirm(await this.#check(caller, typed, context), caller.sessionId, context)
  }

  /** Looks at a link without using it up: programs open the links of mails before their reader does (A90). */
  async lookAtLink(token: string): Promise<'valid' | 'expired' | 'invalid'> {
    const { codes, db } = this.#options
    const result = await codes.checkLink(db, 'contact_change', token)
    if (result.isRight) return 'valid'
    return result.isExpired ? 'expired' : 'invalid'
  }

  /**
   * Like `confirm`, with the link of the message. The session that asked for the change goes on.
   * @throws the errors of `confirm`, except `rate_limited`
   */
  async confirmByLink(token: string, context: RequestContext): Promise<void> {
    const { audit, codes, db } = this.#options
    const result = await codes.checkLink(db, 'contact_change', token)
    if (!result.isRight) {
      await audit.refusal(db, 'contact_change', { method: 'link' }, context, { isLimited: false })
      throw codeFailure(result)
    }
    await this.#confirm(result, null, context)
  }

  /** @param sessionId the session that confirms it; null if it is done with a link */
  async #confirm(proof: CodeProof, sessionId: SessionId | null, context: RequestContext): Promise<Account> {
    const { claims, db } = this.#options
    const outcome = await inTransaction(db, async (transaction) => {
      const { before, change } = await this.#use(transaction, proof)
      if ((await claims.otherOwner(transaction, change, before.id)) !== null)
        return takenProblems[change.kind]
      return await this.#change(transaction, { before, change, sessionId, context })
    })
    // After the commit: the code is used up, and the change has ended.
    if (!('id' in outcome)) throw new Failure(outcome)
    return outcome
  }

  async #check(caller: Principal, { kind, code }: TypedCode, context: RequestContext): Promise<CodeProof> {
    const { audit, changes, codes, db } = this.#options
    const { accountId, sessionId } = caller
    const subject = { accountId, sessionId, method: kind }
    const pending = (await changes.list(db, accountId)).find((each) => each.kind === kind)
    const result =
      pending === undefined
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
    const failure = codeFailure(result ?? { isExpired: false })
    await audit.failure(db, 'contact_change', { ...subject, reason: failure.problem.code }, context)
    throw failure
  }

  /** Uses the code, and ends the pending change that it proves. @throws `code_invalid` */
  async #use(
    transaction: Transaction,
    { accountId, use }: CodeProof,
  ): Promise<{ before: Account; change: PendingChange }> {
    const { accounts, changes } = this.#options
    if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(codeInvalid)
    const pending = await changes.list(transaction, accountId)
    const proved = await use(transaction, pending)
    const change = pending.find(({ kind }) => kind === proved?.kind)
    if (change === undefined) throw new Failure(codeInvalid)
    await changes.delete(transaction, accountId, change.kind)
    return { before: await accounts.get(transaction, accountId), change }
  }

  async #change(
    transaction: Transaction,
    { before, change, sessionId, context }: Confirmed,
  ): Promise<Account> {
    const { accounts, audit, claims, contacts, formerContacts, outbox, sessions } = this.#options
    const { id: accountId } = before
    await claims.evictPending(transaction, change)
    await contacts.replace(transaction, accountId, change)
    await sessions.endOthers(transaction, { accountId, sessionId: sessionId ?? change.sessionId })
    const account = await accounts.get(transaction, accountId)
    const changes = replacementOf(change.kind, before, account)
    const subject = { accountId, sessionId, method: change.kind, changes }
    await audit.success(transaction, 'contact_change', subject, context)
    // To the contacts that the account had: a message to the new one would tell its owner nothing.
    const link = await formerContacts.renewLink(transaction, change.id)
    await outbox.notifyEveryContact(transaction, before, 'contact_changed', ({ address }) => ({
      context,
      undo: undoOfferTo(address, link),
    }))
    return account
  }
}

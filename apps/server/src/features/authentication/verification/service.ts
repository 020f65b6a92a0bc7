import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidFields, rateLimited } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { codeFailure, codeInvalid, codeMinutes, resendSeconds } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditSubject } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { type Contact, type ContactKind, verificationOf } from '../../users/accounts/contacts/model.ts'
import { type ContactsService, recipientOf } from '../../users/accounts/contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import {
  bindingOf,
  guessedContact,
  type LinkState,
  messageFacts,
  type RequestedCode,
  type VerificationPolicy,
} from './model.ts'

export interface VerificationOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success' | 'failure' | 'refusal'>
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly contacts: Pick<ContactsService, 'list' | 'find' | 'markVerified'>
  readonly codes: Pick<CodesService, 'issue' | 'check' | 'checkLink' | 'secondsUntilNext'>
  readonly outbox: Pick<OutboxService, 'put' | 'delivers' | 'isUndeliverable'>
  readonly policy: VerificationPolicy
}

/** Proves that the owner of an account receives what is sent to its email address or phone number. */
export class VerificationService {
  readonly #options: VerificationOptions

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  /** Sends a code to each contact of a new account that is not verified yet, unless nothing delivers it. */
  async requestForNew(transaction: Transaction, account: Account, context: RequestContext): Promise<void> {
    const { contacts, outbox, policy } = this.#options
    if (policy === 'off') return
    for (const contact of await contacts.list(transaction, account.id))
      if (contact.verifiedAt === null && outbox.delivers(recipientOf(contact).channel))
        await this.send(transaction, account, contact, context)
  }

  /** @throws `validation_failed` if there is nothing to confirm, `rate_limited` shortly after the last code */
  async request(caller: Principal, kind: ContactKind, context: RequestContext): Promise<RequestedCode> {
    const { audit, codes, db, outbox } = this.#options
    const { account, accountId, sessionId } = caller
    const contact = await this.#find(db, caller, kind)
    // An address that has bounced must be confirmed again before anything else is sent there.
    if (contact.verifiedAt !== null && !(await outbox.isUndeliverable(db, recipientOf(contact))))
      throw alreadyVerified()
    const retryAfterSeconds = await codes.secondsUntilNext(db, bindingOf(accountId, kind))
    if (retryAfterSeconds > 0) throw tooSoon(retryAfterSeconds)
    await inTransaction(db, async (transaction) => {
      // Read again: the contact may have been changed in the meantime.
      const contact = await this.#find(transaction, caller, kind)
      await this.send(transaction, account, contact, context, { isFromOwner: true })
      await audit.success(
        transaction,
        'verification_request',
        { accountId, sessionId, method: kind },
        context,
      )
    })
    return { expiresInSeconds: codeMinutes * 60, resendAfterSeconds: resendSeconds }
  }

  /** @throws `code_invalid`, `code_expired`, `validation_failed`, `rate_limited` */
  async confirm(
    caller: Principal,
    { kind, code }: { readonly kind: ContactKind; readonly code: string },
    context: RequestContext,
  ): Promise<Account> {
    const { audit, codes, db } = this.#options
    const { accountId, sessionId } = caller
    const contact = await this.#find(db, caller, kind)
    const subject = { accountId, sessionId, method: kind }
    const result = await codes.check({
      ...bindingOf(accountId, kind),
      code,
      subject: guessedContact(contact),
      typed: null,
      context,
      action: 'verification',
      auditSubject: subject,
    })
    if (!result.isRight) {
      await audit.failure(
        db,
        'verification',
        { ...subject, reason: codeFailure(result).problem.code },
        context,
      )
      throw codeFailure(result)
    }
    return await inTransaction(db, (transaction) => this.complete(transaction, result, subject, context))
  }

  /** Whether the link works. It uses nothing up: programs open the links of mails before their reader does (A90). */
  async lookAtLink(token: string): Promise<LinkState> {
    const { accounts, codes, db } = this.#options
    const result = await codes.checkLink(db, 'verification', token)
    if (result.isRight) {
      const { status } = await accounts.get(db, result.accountId)
      return status === 'pending' ? 'needs_password' : 'valid'
    }
    return result.isExpired ? 'expired' : 'invalid'
  }

  /** @throws `code_invalid`, `code_expired` */
  async confirmByLink(token: string, context: RequestContext): Promise<void> {
    const { audit, codes, db } = this.#options
    const result = await codes.checkLink(db, 'verification', token)
    if (!result.isRight) {
      const subject = { method: 'link', reason: codeFailure(result).problem.code }
      await audit.refusal(db, 'verification', subject, context, { isLimited: false })
      throw codeFailure(result)
    }
    const subject = { accountId: result.accountId }
    await inTransaction(db, (transaction) => this.complete(transaction, result, subject, context))
  }

  /** Uses the code, and marks the contact that it proves as verified. @throws `code_invalid` */
  async complete(
    transaction: Transaction,
    { accountId, use }: CodeProof,
    subject: AuditSubject,
    context: RequestContext,
  ): Promise<Account> {
    const { accounts, audit, contacts } = this.#options
    // Locked, so that the contact cannot change before it is marked.
    if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(codeInvalid)
    const current = await contacts.list(transaction, accountId)
    const proved = await use(transaction, current)
    if (proved === null) throw new Failure(codeInvalid)
    await contacts.markVerified(transaction, accountId, proved)
    const isNew = current.some(({ kind, verifiedAt }) => kind === proved.kind && verifiedAt === null)
    const changes = isNew ? verificationOf(proved.kind) : null
    await audit.success(transaction, 'verification', { ...subject, method: proved.kind, changes }, context)
    return await accounts.get(transaction, accountId)
  }

  /** Sends a code to the contact. If a cap withholds it, the last one stays valid, and no one learns of it. */
  async send(
    transaction: Transaction,
    { id: accountId, locale }: Pick<Account, 'id' | 'locale'>,
    contact: Contact,
    context: RequestContext,
    { isFromOwner = false } = {},
  ): Promise<void> {
    const { codes, outbox } = this.#options
    await codes.issue(transaction, { ...bindingOf(accountId, contact.kind), accountId, contact }, (issued) =>
      outbox.put(transaction, {
        template: 'contact_verification',
        facts: { ...issued, ...messageFacts },
        about: 'contact_verification',
        recipient: recipientOf(contact),
        accountId,
        locale,
        context,
        carriesCode: true,
        isFromOwner,
      }),
    )
  }

  async #find(db: Database, { accountId }: Principal, kind: ContactKind): Promise<Contact> {
    const contact = await this.#options.contacts.find(db, accountId, kind)
    if (contact === null) throw contactMissing(kind)
    return contact
  }
}

function contactMissing(kind: ContactKind): Failure {
  const detail = `The account has no ${kind === 'email' ? 'email address' : 'phone number'} to confirm.`
  return invalidFields({ pointer: '/channel', code: 'contact_missing', detail })
}

function tooSoon(retryAfterSeconds: number): Failure {
  const detail =
    'A code was sent a moment ago. Use it, or request another one after the number of seconds in Retry-After.'
  return new Failure(rateLimited, { retryAfterSeconds, detail })
}

function alreadyVerified(): Failure {
  const detail = 'This is confirmed already. You do not need another code.'
  return invalidFields({ pointer: '/channel', code: 'already_verified', detail })
}

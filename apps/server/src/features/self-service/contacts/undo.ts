import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import { codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { FormerContacts } from '../../users/accounts/former-contacts/model.ts'
import type { FormerContactsService } from '../../users/accounts/former-contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { ContactClaims } from './claims.ts'
import { differenceOf, takenProblems } from './model.ts'

export interface ContactChangeUndoOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive' | 'lockDeleted'>
  readonly apiKeys: Pick<ApiKeysService, 'revokeAll'>
  readonly audit: Pick<AuditService, 'success' | 'refusal'>
  readonly claims: ContactClaims
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly contacts: Pick<ContactsService, 'restore'>
  readonly formerContacts: Pick<FormerContactsService, 'find' | 'use'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'removeAll'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly passwords: Pick<PasswordsService, 'block' | 'has'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly userSecrets: Pick<UserSecretsService, 'block'>
  readonly recovery: {
    /** Lets the holder of the contact set a new password, within ten minutes. */
    issueToken(transaction: Transaction, accountId: AccountId, contact: Contact): Promise<string>
  }
}

/** An account whose owner must now choose a new password. */
export interface Undone {
  readonly recoveryToken: string
  readonly hasPassword: boolean
}

/**
 * Undoes changes of contacts, for owners who have lost their account to someone else. The link went to the contact by
 * which the account could be recovered at once, so it lets its reader do no more than a recovery before the change.
 */
export class ContactChangeUndo {
  readonly #options: ContactChangeUndoOptions

  constructor(options: ContactChangeUndoOptions) {
    this.#options = options
  }

  /** Looks at a link without using it up: programs open the links of mails before their reader does (A90). */
  async isUsable(token: string): Promise<boolean> {
    const { accounts, db, formerContacts } = this.#options
    const former = await formerContacts.find(db, token)
    return former !== null && canUndo(await accounts.get(db, former.accountId))
  }

  /**
   * The account has the verified contacts again that it had before the change, and no others: what was changed after a
   * takeover may be the work of its author. Nothing that this author may have prepared works any more: neither a session,
   * nor an API key, nor a connected account, nor a code, nor a pending change, nor the password. All in one transaction, or nothing.
   * @throws `code_invalid`; `email_taken` or `phone_number_taken` if another account has a contact in spite of the hold
   */
  async undo(token: string, context: RequestContext): Promise<Undone> {
    const { audit, db, formerContacts } = this.#options
    const former = await formerContacts.find(db, token)
    if (former === null) {
      await audit.refusal(db, 'contact_change_undo', { method: 'link' }, context, { isLimited: false })
      throw new Failure(codeInvalid)
    }
    return await inTransaction(db, (transaction) => this.#apply(transaction, former, context))
  }

  async #apply(transaction: Transaction, former: FormerContacts, context: RequestContext): Promise<Undone> {
    const { accounts, audit, formerContacts, outbox, passwords, recovery } = this.#options
    const { accountId, contacts } = former
    const [main] = contacts
    await this.#lock(transaction, accountId)
    if (!(await formerContacts.use(transaction, former))) throw new Failure(codeInvalid)
    const before = await accounts.get(transaction, accountId)
    await this.#restore(transaction, former)
    await this.#endAccess(transaction, accountId)
    const after = await accounts.get(transaction, accountId)
    const subject = { accountId, method: main.kind, changes: differenceOf(before, after) }
    await audit.success(transaction, 'contact_change_undo', subject, context)
    for (const owner of [after, withoutContactsOf(after, before)])
      await outbox.notifyEveryContact(transaction, owner, 'contact_change_undone', { context })
    const recoveryToken = await recovery.issueToken(transaction, accountId, main)
    return { recoveryToken, hasPassword: await passwords.has(transaction, accountId) }
  }

  /**
   * Also an account that was deleted: a thief who changed its contacts may have deleted it too, and its owner can then
   * restore it. Not a suspended one, whose link works again after its activation. @throws `code_invalid`
   */
  async #lock(transaction: Transaction, id: AccountId): Promise<void> {
    const { accounts } = this.#options
    if (await accounts.lockActive(transaction, id)) return
    if (!(await accounts.lockDeleted(transaction, id))) throw new Failure(codeInvalid)
  }

  async #restore(transaction: Transaction, { accountId, contacts }: FormerContacts): Promise<void> {
    const { claims } = this.#options
    for (const contact of contacts) {
      const other = await claims.otherOwner(transaction, contact, accountId)
      if (other !== null) throw new Failure(takenProblems[contact.kind])
      await claims.evictPending(transaction, contact)
    }
    await this.#options.contacts.restore(transaction, accountId, contacts)
  }

  async #endAccess(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { apiKeys, codes, linkedAccounts, passwords, sessions, userSecrets } = this.#options
    await sessions.endAll(transaction, accountId)
    await apiKeys.revokeAll(transaction, accountId)
    await linkedAccounts.removeAll(transaction, accountId)
    await codes.cancelAll(transaction, accountId)
    await passwords.block(transaction, accountId)
    await userSecrets.block(transaction, accountId)
  }
}

function canUndo({ status }: Pick<Account, 'status'>): boolean {
  return status === 'active' || status === 'deleted'
}

/** The account with those contacts only that it has no longer. */
function withoutContactsOf(after: Account, before: Account): Account {
  const hasEmail = after.email === before.email
  const hasPhoneNumber = after.phoneNumber === before.phoneNumber
  return {
    ...before,
    ...(hasEmail && { email: null, emailVerifiedAt: null }),
    ...(hasPhoneNumber && { phoneNumber: null, phoneNumberVerifiedAt: null }),
  }
}

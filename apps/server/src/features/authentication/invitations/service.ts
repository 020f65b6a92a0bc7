import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { clientKeyOf, noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { Contact, ContactKind } from '../../users/accounts/contacts/model.ts'
import { type ContactsService, recipientOf } from '../../users/accounts/contacts/service.ts'
import { wordsAbout } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { bindingOf, contactNeeded, invitationFailure, notInvitable } from './model.ts'

export interface InvitationsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success' | 'refusal'>
  readonly codes: Pick<CodesService, 'issue' | 'checkLink' | 'cancelAll'>
  readonly contacts: Pick<ContactsService, 'list' | 'markVerified'>
  readonly outbox: Pick<OutboxService, 'delivers' | 'put'>
  readonly passwords: Pick<PasswordsService, 'assertCapacity' | 'has' | 'hash' | 'store'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly userSecrets: Pick<UserSecretsService, 'has'>
  readonly linkHours: number
}

/**
 * Invites people to accounts that an administrator has made for them. The link proves the contact that it was sent to,
 * and sets the first password. Until then the account has none, so no one can sign in, not even the administrator.
 */
export class InvitationsService {
  readonly #options: InvitationsOptions

  constructor(options: InvitationsOptions) {
    this.#options = options
  }

  /**
   * Sends a link to a contact of the account, in a transaction that has locked it. An older link no longer works.
   * @returns the kind of the contact; null if a cap withheld the message
   * @throws `validation_failed` if nothing can be sent, or the account can already sign in
   */
  async send(
    transaction: Transaction,
    accountId: AccountId,
    context: RequestContext,
  ): Promise<ContactKind | null> {
    const { accounts, audit, codes } = this.#options
    const account = await accounts.get(transaction, accountId)
    const mayChoose = account.kind === 'person' && account.status === 'active'
    if (!mayChoose || (await this.#canSignIn(transaction, accountId))) throw notInvitable()
    const contact = await this.#contactOf(transaction, accountId)
    let isSent = false
    await codes.issue(transaction, { ...bindingOf(accountId), accountId, contact }, async ({ linkToken }) => {
      isSent = await this.#put(transaction, account, { contact, linkToken })
      return isSent
    })
    await audit.success(transaction, 'invitation', { accountId, method: contact.kind }, context)
    return isSent ? contact.kind : null
  }

  /** Uses nothing up: programs open the links of mails before their reader does (A90). @throws `code_invalid`, `code_expired` */
  async check(token: string): Promise<void> {
    await this.#proofOf(token)
  }

  /**
   * Sets the first password. It does not sign in. A password that breaks the rules does not use up the link.
   * @throws `code_invalid`, `code_expired`, `password_too_weak`, `overloaded`
   */
  async accept(
    { token, password }: { readonly token: string; readonly password: string },
    context: RequestContext,
  ): Promise<void> {
    const { accounts, audit, db, passwords } = this.#options
    passwords.assertCapacity(context)
    const proof = await this.#proofOf(token).catch(async (error: unknown) => {
      await audit.refusal(db, 'invitation_acceptance', { method: 'link' }, context, { isLimited: false })
      throw error
    })
    const account = await accounts.get(db, proof.accountId)
    const hash = await passwords.hash({
      password,
      context: wordsAbout(account),
      pointer: '/password',
      clientKey: clientKeyOf(context),
      onAdmitted: async () => undefined,
    })
    await inTransaction(db, (transaction) => this.#complete(transaction, proof, { hash, context }))
  }

  async #complete(
    transaction: Transaction,
    { accountId, use }: CodeProof,
    { hash, context }: { readonly hash: string; readonly context: RequestContext },
  ): Promise<void> {
    const { accounts, audit, codes, contacts, passwords, sessions } = this.#options
    // Locked, so that its contacts and its password cannot change before the link is used (I5).
    if (!(await accounts.lockActive(transaction, accountId))) throw invitationFailure({ isExpired: false })
    const proved = await use(transaction, await contacts.list(transaction, accountId))
    // Someone who recovered the account meanwhile has a password, which a forgotten link must not replace (I8).
    if (proved === null || (await this.#canSignIn(transaction, accountId)))
      throw invitationFailure({ isExpired: false })
    await passwords.store(transaction, accountId, hash)
    await contacts.markVerified(transaction, accountId, proved)
    await sessions.endAll(transaction, accountId)
    await codes.cancelAll(transaction, accountId)
    const subject = { accountId, method: proved.kind }
    await audit.success(transaction, 'invitation_acceptance', subject, context)
  }

  async #proofOf(token: string): Promise<CodeProof> {
    const { codes, db } = this.#options
    const proof = await codes.checkLink(db, 'invitation', token)
    if (!proof.isRight) throw invitationFailure(proof)
    return proof
  }

  async #canSignIn(db: Database, accountId: AccountId): Promise<boolean> {
    const { passwords, userSecrets } = this.#options
    return (await passwords.has(db, accountId)) || (await userSecrets.has(db, accountId))
  }

  async #contactOf(db: Database, accountId: AccountId): Promise<Contact> {
    const { contacts, outbox } = this.#options
    const all = await contacts.list(db, accountId)
    const contact = all.find((each) => outbox.delivers(recipientOf(each).channel))
    if (contact === undefined) throw contactNeeded()
    return contact
  }

  async #put(
    transaction: Transaction,
    { id: accountId, locale }: Account,
    { contact, linkToken }: { readonly contact: Contact; readonly linkToken: string },
  ): Promise<boolean> {
    const { linkHours, outbox } = this.#options
    return await outbox.put(transaction, {
      template: 'invitation',
      facts: { linkToken, linkHours },
      about: 'invitation',
      recipient: recipientOf(contact),
      accountId,
      locale,
      // The reader must not learn where the administrator works. It also keeps the caps of that address free: the
      // message counts like one of the operator, and the caps of its recipient remain (A88).
      context: noRequest,
      carriesCode: true,
      isFromOwner: true,
    })
  }
}

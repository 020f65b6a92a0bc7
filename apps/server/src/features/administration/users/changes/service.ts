import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Caller } from '../../../../platform/kernel/principal.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { ReauthenticationService } from '../../../authentication/reauthentication/service.ts'
import type { VerificationService } from '../../../authentication/verification/service.ts'
import type { ApiKeysService } from '../../../authenticators/api-keys/service.ts'
import type { CodesService } from '../../../authenticators/codes/service.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { OutboxService } from '../../../messages/outbox/service.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import type { ContactKind, NewContact } from '../../../users/accounts/contacts/model.ts'
import { type ContactsService, recipientOf } from '../../../users/accounts/contacts/service.ts'
import type { FormerContactsService } from '../../../users/accounts/former-contacts/service.ts'
import type { IdentifiersService } from '../../../users/accounts/identifiers/service.ts'
import {
  type AccountPatch,
  differences,
  emailTaken,
  isServiceAccount,
  phoneNumberTaken,
} from '../../../users/accounts/model.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { Targets } from '../targets.ts'
import {
  changesIdentifiers,
  changesPrivateDetails,
  contactsIn,
  identifierNeeded,
  privateDetailsForbidden,
  type UserPatch,
} from './model.ts'

export interface UserChangeOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'patch'>
  readonly apiKeys: Pick<ApiKeysService, 'revokeAll'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly contacts: ContactsService
  readonly formerContacts: Pick<FormerContactsService, 'findHolder'>
  readonly identifiers: Pick<IdentifiersService, 'checkPatch' | 'findOwners' | 'readNewAccount' | 'rename'>
  readonly outbox: Pick<OutboxService, 'delivers' | 'notifyEveryContact' | 'notifyOwner'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshCaller'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly targets: Targets
  readonly verification: Pick<VerificationService, 'send'>
}

/** Changes the account of someone else. */
export class UserChangeService {
  readonly #options: UserChangeOptions

  constructor(options: UserChangeOptions) {
    this.#options = options
  }

  /**
   * Changes what the patch names. A new identifier needs a recent sign-in, as it does of the owner: with it, someone could
   * take the account over. The owner is notified by every contact that the account had, and the new contact gets a code.
   * @param caller null for the command line
   * @throws `not_found`, `forbidden`, `service_account`, `step_up_required`, `validation_failed`, `username_taken`, `email_taken`,
   * `phone_number_taken`, `rate_limited`
   */
  async change(id: AccountId, patch: UserPatch, author: Author, caller: Caller | null): Promise<void> {
    const { accounts, audit, db, reauthentication, targets } = this.#options
    const { context } = author
    if (changesPrivateDetails(patch)) assertMaySeePrivateDetails(author)
    this.checkRules(patch)
    if (caller !== null && changesIdentifiers(patch)) await reauthentication.byFreshCaller(caller)
    await inTransaction(db, async (transaction) => {
      const before = await targets.lock(transaction, id, author)
      // With a contact, someone could recover it, and so end the keys of the program (I7).
      if (before.kind === 'service' && changesIdentifiers(patch)) throw new Failure(isServiceAccount)
      await accounts.patch(transaction, id, plainIn(patch))
      await this.#rename(transaction, before, patch.username)
      await this.#changeContacts(transaction, before, patch)
      const after = await accounts.get(transaction, id)
      if (after.username === null && after.email === null && after.phoneNumber === null)
        throw identifierNeeded()
      const changes = differences(before, after)
      if (Object.keys(changes.after).length > 0)
        await audit.success(transaction, 'user_change', { accountId: id, changes }, context)
    })
  }

  /** @throws `validation_failed`, naming every wrong field */
  checkRules({ email, phoneNumber, ...patch }: UserPatch): void {
    this.#options.identifiers.checkPatch({
      ...patch,
      ...(typeof email === 'string' && { email }),
      ...(typeof phoneNumber === 'string' && { phoneNumber }),
    })
  }

  async #rename(transaction: Transaction, before: Account, text: string | undefined): Promise<void> {
    const { identifiers, outbox } = this.#options
    if (text === undefined || text === before.username) return
    const { username } = identifiers.readNewAccount({ username: text }, true)
    if (username === null) return
    await identifiers.rename(transaction, before.id, username)
    await outbox.notifyOwner(transaction, before, 'username_changed', { context: noRequest })
  }

  async #changeContacts(transaction: Transaction, before: Account, patch: UserPatch): Promise<void> {
    const { apiKeys, codes, outbox, sessions } = this.#options
    const given = contactsIn(patch).filter(([kind, text]) => text !== currentOf(before, kind))
    if (given.length === 0) return
    // Before the new contact counts: the owner must learn of it where they are reached now (I8).
    await outbox.notifyEveryContact(transaction, before, 'contact_changed', {
      context: noRequest,
      // An administrator may change a contact because someone else has taken it over.
      undo: null,
    })
    // Someone who has the old contact may have a session, an API key or a code, too (ASVS 7.4.3).
    await sessions.endAll(transaction, before.id)
    await apiKeys.revokeAll(transaction, before.id)
    await codes.cancelAll(transaction, before.id)
    for (const [kind, text] of given) await this.#changeContact(transaction, before, { kind, text })
  }

  async #changeContact(
    transaction: Transaction,
    account: Account,
    { kind, text }: { readonly kind: ContactKind; readonly text: string | null },
  ): Promise<void> {
    const { contacts, outbox, verification } = this.#options
    if (text === null) return await contacts.remove(transaction, account.id, kind)
    const contact = await this.#readFree(transaction, account.id, { kind, text })
    const before = await contacts.find(transaction, account.id, kind)
    await contacts.assign(transaction, account.id, contact, before)
    if (before?.canonical === contact.canonical) return
    const recipient = recipientOf({ ...contact, verifiedAt: null })
    if (outbox.delivers(recipient.channel))
      await verification.send(transaction, account, { ...contact, verifiedAt: null }, noRequest)
  }

  /** @throws `validation_failed`, `email_taken`, `phone_number_taken` */
  async #readFree(
    transaction: Transaction,
    accountId: AccountId,
    { kind, text }: { readonly kind: ContactKind; readonly text: string },
  ): Promise<NewContact> {
    const { formerContacts, identifiers } = this.#options
    const read = identifiers.readNewAccount(kind === 'email' ? { email: text } : { phoneNumber: text }, true)
    const number = read.phoneNumber?.canonical ?? ''
    const contact =
      read.email === null
        ? { kind, address: number, canonical: number }
        : { kind, address: read.email.given, canonical: read.email.canonical }
    const owners = await identifiers.findOwners(transaction, read)
    const holder = await formerContacts.findHolder(transaction, contact)
    const isTaken = [owners.email, owners.phoneNumber, holder].some(
      (owner) => owner !== null && owner.id !== accountId,
    )
    if (isTaken) throw new Failure(kind === 'email' ? emailTaken : phoneNumberTaken)
    return contact
  }
}

/** What owners may change by themselves, too. */
function plainIn(patch: UserPatch): AccountPatch {
  const plain: (keyof AccountPatch)[] = [
    'fullName',
    'givenName',
    'familyName',
    'locale',
    'address',
    'nationalId',
  ]
  return Object.fromEntries(plain.flatMap((key) => (key in patch ? [[key, patch[key]]] : [])))
}

function currentOf({ email, phoneNumber }: Account, kind: ContactKind): string | null {
  return kind === 'email' ? email : phoneNumber
}

function assertMaySeePrivateDetails({ caller }: Author): void {
  if (caller !== null && !caller.permissions.includes('users:private')) throw privateDetailsForbidden()
}

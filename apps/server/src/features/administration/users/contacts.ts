import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { bindingOf } from '../../authentication/verification/model.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { type Contact, type ContactKind, verificationOf } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface ContactMarkingOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lock'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'cancel'>
  readonly contacts: Pick<ContactsService, 'find' | 'markVerified'>
}

/** Marks contacts as verified that an operator has checked in another way, such as with an identity document. */
export class ContactMarkingService {
  readonly #options: ContactMarkingOptions

  constructor(options: ContactMarkingOptions) {
    this.#options = options
  }

  /** @throws `not_found` if there is no such account or the account has no such contact */
  async markVerified(accountId: AccountId, kind: ContactKind): Promise<Contact> {
    const { accounts, audit, codes, contacts, db } = this.#options
    return await inTransaction(db, async (transaction) => {
      await accounts.lock(transaction, accountId)
      const contact = await contacts.find(transaction, accountId, kind)
      if (contact === null) throw new Failure(notFound, { detail: 'The account has no such contact.' })
      if (contact.verifiedAt !== null) return contact
      await contacts.markVerified(transaction, accountId, contact)
      await codes.cancel(transaction, bindingOf(accountId, kind))
      const changes = verificationOf(kind)
      await audit.success(transaction, 'verification', { accountId, method: kind, changes }, noRequest)
      return contact
    })
  }
}

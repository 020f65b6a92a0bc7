import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { InvitationsService } from '../../authentication/invitations/service.ts'
import type { VerificationService } from '../../authentication/verification/service.ts'
import type { Author } from '../../authorization/roles/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { Targets } from './targets.ts'

export interface UserRequestsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly contacts: Pick<ContactsService, 'find'>
  readonly invitations: Pick<InvitationsService, 'send'>
  readonly recoveryRequests: {
    startFor(id: AccountId, context: RequestContext, db: Database): Promise<ContactKind | null>
  }
  readonly targets: Targets
  readonly verification: Pick<VerificationService, 'send'>
}

/**
 * What administrators start for owners, who finish it themselves: a code or a link goes to the contact of the account,
 * and never to the administrator (NIST SP 800-63B-4 §4.2).
 */
export class UserRequests {
  readonly #options: UserRequestsOptions

  constructor(options: UserRequestsOptions) {
    this.#options = options
  }

  /**
   * @returns the kind of the contact to which the code goes; null if nothing is sent
   * @throws `not_found`, `forbidden`
   */
  async recover(id: AccountId, author: Author): Promise<ContactKind | null> {
    const { db, recoveryRequests, targets } = this.#options
    return await inTransaction(db, async (transaction) => {
      await targets.lock(transaction, id, author)
      return await recoveryRequests.startFor(id, author.context, transaction)
    })
  }

  /** @throws `not_found`, `forbidden`, `validation_failed` if there is nothing to confirm */
  async verify(id: AccountId, kind: ContactKind, author: Author): Promise<void> {
    const { audit, contacts, db, targets, verification } = this.#options
    await inTransaction(db, async (transaction) => {
      const account = await targets.lock(transaction, id, author)
      const contact = await contacts.find(transaction, id, kind)
      if (contact === null) throw nothingToConfirm('contact_missing', 'The account has no such contact.')
      if (contact.verifiedAt !== null)
        throw nothingToConfirm('already_verified', 'This contact is confirmed already.')
      await verification.send(transaction, account, contact, noRequest, { isFromOwner: true })
      const subject = { accountId: id, method: kind }
      await audit.success(transaction, 'verification_request', subject, author.context)
    })
  }

  /** Sends another invitation. @throws `not_found`, `forbidden`, `validation_failed` */
  async invite(id: AccountId, author: Author): Promise<ContactKind | null> {
    const { db, invitations, targets } = this.#options
    return await inTransaction(db, async (transaction) => {
      await targets.lock(transaction, id, author)
      return await invitations.send(transaction, id, author.context)
    })
  }
}

function nothingToConfirm(code: string, detail: string): Failure {
  return invalidFields({ pointer: '/channel', code, detail })
}

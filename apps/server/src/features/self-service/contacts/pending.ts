import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { OwnedSession } from '../../../platform/kernel/principal.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import { codeLifetimes } from '../../authenticators/codes/model.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { bindingOf } from './model.ts'
import type { ContactChangesRepository, PendingChange } from './repository.ts'

export interface PendingContactChangesOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly changes: Pick<ContactChangesRepository, 'list' | 'delete'>
  readonly codes: Pick<CodesService, 'cancel'>
  readonly clock: Clock
}

/** The changes of contacts that wait for their code. */
export class PendingContactChanges {
  readonly #options: PendingContactChangesOptions

  constructor(options: PendingContactChangesOptions) {
    this.#options = options
  }

  /** At most one of each kind. */
  async list(accountId: AccountId): Promise<PendingChange[]> {
    const { changes, clock, db } = this.#options
    const now = clock.now()
    // As long as its link works. The code works for a shorter time.
    const { linkMs } = codeLifetimes.contact_change
    return (await changes.list(db, accountId)).filter(({ createdAt }) => isRecent(createdAt, now, linkMs))
  }

  /**
   * Ends the change of this kind, and its code and link with it: the account keeps the contact that it has. Needs no fresh
   * proof, because it only takes away a way to change the account.
   * @throws `invalid_token`
   */
  async cancel(caller: OwnedSession, kind: ContactKind, context: RequestContext): Promise<void> {
    const { accounts, audit, changes, codes, db } = this.#options
    const { accountId, sessionId } = caller
    await inTransaction(db, async (transaction) => {
      if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(invalidToken)
      const pending = await changes.list(transaction, accountId)
      if (!pending.some((each) => each.kind === kind)) return
      await changes.delete(transaction, accountId, kind)
      await codes.cancel(transaction, bindingOf(accountId, kind))
      const subject = { accountId, sessionId, method: kind }
      await audit.success(transaction, 'contact_change_cancellation', subject, context)
    })
  }
}

import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import type { FactorRecoveryService } from '../../../authentication/factor-recovery/service.ts'
import type { FactorsService } from '../../../authenticators/factors/service.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import { changesBetween } from '../../../safeguards/audit/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { Targets } from '../targets.ts'

export interface UserFactorRecoveryOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly factors: Pick<FactorsService, 'has'>
  readonly factorRecovery: Pick<FactorRecoveryService, 'startFor'>
  readonly targets: Targets
  /** Whether the settings allow administrators to start a recovery. */
  readonly isAllowed: boolean
}

/**
 * Starts the recovery of a second factor for an owner who cannot do so. An administrator can never finish it: that takes
 * the first factor, the wait, and a code to a contact of the owner.
 */
export class UserFactorRecovery {
  readonly #options: UserFactorRecoveryOptions

  constructor(options: UserFactorRecoveryOptions) {
    this.#options = options
  }

  /**
   * @returns when it can be finished; a recovery that has begun before goes on as it is
   * @throws `not_found`, also if there is no second factor; `forbidden`, `rate_limited`
   */
  async start(id: AccountId, reason: string, author: Author): Promise<Date> {
    const { audit, db, factorRecovery, factors, isAllowed, targets } = this.#options
    if (!isAllowed) throw new Failure(forbidden, { detail: notAllowed })
    return await inTransaction(db, async (transaction) => {
      const account = await targets.lock(transaction, id, author)
      if (account.status !== 'active') throw new Failure(forbidden, { detail: notActive })
      if (!(await factors.has(transaction, id))) throw new Failure(notFound, { detail: noFactor })
      const usableAt = await factorRecovery.startFor(transaction, account)
      const subject = { accountId: id, changes: changesBetween(null, { reason }) }
      await audit.success(transaction, 'factor_recovery_request', subject, author.context)
      return usableAt
    })
  }
}

const notAllowed =
  'The settings do not allow administrators to start a recovery (PROXIMA_RECOVERY_BY_ADMINISTRATOR).'
const notActive = 'Only the owner of an active account can recover a second factor.'
const noFactor = 'This account has no second factor.'

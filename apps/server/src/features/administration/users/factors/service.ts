import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { forbidden, notFound } from '../../../../platform/kernel/problems.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { FactorsService } from '../../../authenticators/factors/service.ts'
import type { RecoveryCodesService } from '../../../authenticators/recovery-codes/service.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { OutboxService } from '../../../messages/outbox/service.ts'
import { changesBetween } from '../../../safeguards/audit/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { OwnFactors } from '../../../self-service/factors/model.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { Targets } from '../targets.ts'

export interface UserFactorsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get'>
  readonly audit: Pick<AuditService, 'success'>
  readonly factors: Pick<FactorsService, 'list' | 'removeAll'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly recoveryCodes: Pick<RecoveryCodesService, 'left' | 'removeAll'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly targets: Targets
}

/** Shows the second factors of someone else, and removes them for an owner who has lost them all. */
export class UserFactorsService {
  readonly #options: UserFactorsOptions

  constructor(options: UserFactorsOptions) {
    this.#options = options
  }

  /** @throws `not_found` */
  async list(id: AccountId): Promise<OwnFactors> {
    const { accounts, db, factors, recoveryCodes } = this.#options
    await accounts.get(db, id)
    return {
      factors: await factors.list(db, id),
      recoveryCodesLeft: await recoveryCodes.left(db, id),
    }
  }

  /**
   * Afterwards, the first factor alone opens the account. So every session ends, a challenge that waits for the former
   * factor ends too, and the owner is notified by every contact (I8, ASVS 6.3.7).
   * @throws `not_found`, also if there is no second factor; `forbidden` for oneself, and for someone who may do more
   */
  async reset(id: AccountId, reason: string, author: Author): Promise<void> {
    const { audit, db, factors, outbox, recoveryCodes, sessions, targets } = this.#options
    // With their own factor they prove that it is them; with this call, a thief of their session would not have to (A96).
    if (author.caller?.accountId === id) throw new Failure(forbidden, { detail: ownFactors })
    await inTransaction(db, async (transaction) => {
      const account = await targets.lock(transaction, id, author)
      const removed = await factors.removeAll(transaction, id)
      if (removed.length === 0) throw new Failure(notFound, { detail: noFactor })
      await recoveryCodes.removeAll(transaction, id)
      await sessions.endAll(transaction, id)
      const method = [...new Set(removed.map(({ kind }) => kind))].join(' ')
      const changes = changesBetween(null, { reason })
      await audit.success(transaction, 'factor_reset', { accountId: id, method, changes }, author.context)
      // The network of the administrator is no business of the owner.
      await outbox.notifyEveryContact(transaction, account, 'factor_removed', { context: noRequest })
    })
  }
}

const noFactor = 'This account has no second factor.'

const ownFactors =
  'Remove your own second factors with DELETE /v1/me/factors/{id}, or ask another administrator.'

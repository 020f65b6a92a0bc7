import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId, LinkedAccountId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import type { WaysIn } from '../../authentication/ways-in/service.ts'
import type { LinkedAccount } from '../../authenticators/linked-accounts/model.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'

export interface OwnLinkedAccountsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'list' | 'remove'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshFactor'>
  readonly sessions: Pick<SessionsService, 'endOthers'>
  readonly waysIn: WaysIn
}

/** What owners do with their accounts at other providers. */
export class OwnLinkedAccounts {
  readonly #options: OwnLinkedAccountsOptions

  constructor(options: OwnLinkedAccountsOptions) {
    this.#options = options
  }

  /** Oldest first. */
  async list(accountId: AccountId): Promise<readonly LinkedAccount[]> {
    const { db, linkedAccounts } = this.#options
    return await linkedAccounts.list(db, accountId)
  }

  /**
   * All other sessions end, because they may have begun with it, and the owner is notified by every contact (ASVS 6.3.7).
   * @throws `step_up_required`, `not_found`, `last_sign_in_method`
   */
  async remove(caller: Principal, id: LinkedAccountId, context: RequestContext): Promise<void> {
    const { audit, db, linkedAccounts, outbox, reauthentication, sessions, waysIn } = this.#options
    const { account, accountId, sessionId } = caller
    const owner = await reauthentication.byFreshFactor(caller)
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      const linked = (await linkedAccounts.list(transaction, accountId)).find((each) => each.id === id)
      if (linked === undefined || !(await linkedAccounts.remove(transaction, accountId, id)))
        throw noSuchLinkedAccount()
      await waysIn.assertOneRemains(transaction, accountId)
      await sessions.endOthers(transaction, caller)
      const subject = { accountId, sessionId, method: 'federated', target: `provider:${linked.provider}` }
      await audit.success(transaction, 'linked_account_removal', subject, context)
      await outbox.notifyEveryContact(transaction, account, 'linked_account_removed', { context })
    })
  }
}

function noSuchLinkedAccount(): Failure {
  return new Failure(notFound, { detail: 'Your account has no such connected account.' })
}

import type { Transaction } from '../../../platform/database/tables.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditAction } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'

export interface FactorChangesOptions {
  readonly audit: Pick<AuditService, 'success'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly sessions: Pick<SessionsService, 'endOthers' | 'end'>
}

type Notification = 'factor_added' | 'factor_removed' | 'recovery_codes_replaced'

/** A change of the second factors of an account. */
export interface FactorChange {
  readonly caller: Principal
  readonly context: RequestContext
  readonly action: Extract<AuditAction, 'factor_addition' | 'factor_removal' | 'recovery_codes_renewal'>
  /** The kind of factor. */
  readonly method: string
  readonly notification: Notification
}

/**
 * What follows each change of the second factors: all other sessions end, because they began without the factor or with one
 * that is gone, and the owner is notified by every contact (I8, ASVS 6.3.7).
 */
export class FactorChanges {
  readonly #options: FactorChangesOptions

  constructor(options: FactorChangesOptions) {
    this.#options = options
  }

  /** Call it in the transaction of the change. */
  async complete(
    transaction: Transaction,
    { action, caller, context, method, notification }: FactorChange,
  ): Promise<void> {
    const { audit, outbox, sessions } = this.#options
    const { account, accountId, sessionId } = caller
    await sessions.endOthers(transaction, caller)
    // Its owner now signs in with both factors.
    if (caller.factorStatus === 'enrolment') await sessions.end(transaction, caller)
    await audit.success(transaction, action, { accountId, sessionId, method }, context)
    await outbox.notifyEveryContact(transaction, account, notification, { context })
  }
}

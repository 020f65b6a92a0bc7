import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import type { WebhookId } from '../../../../platform/kernel/ids.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import { type StopReason, targetOf } from './model.ts'
import type { EndpointsRepository } from './repository.ts'

export interface EndpointStopsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly clock: Clock
  readonly endpoints: Pick<EndpointsRepository, 'markFailed' | 'markGone'>
}

/** Stops sending to a receiver that wants no more, or that has not accepted anything for a whole day. */
export class EndpointStops {
  readonly #options: EndpointStopsOptions

  constructor(options: EndpointStopsOptions) {
    this.#options = options
  }

  /** @returns false if nothing changes: someone was faster, or the receiver has accepted something in that day */
  async stop(id: WebhookId, reason: StopReason): Promise<boolean> {
    const { audit, clock, db, endpoints } = this.#options
    return await inTransaction(db, async (transaction) => {
      const at = clock.now()
      const since = new Date(at.getTime() - dayMs)
      const isStopped =
        reason === 'gone'
          ? await endpoints.markGone(transaction, id, at)
          : await endpoints.markFailed(transaction, id, { since, at })
      const changes = { before: { status: 'enabled' }, after: { status: reason } }
      if (isStopped)
        await audit.success(transaction, 'webhook_change', { target: targetOf(id), changes }, noRequest)
      return isStopped
    })
  }
}

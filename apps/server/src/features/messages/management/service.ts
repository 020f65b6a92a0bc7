import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction, onCommitted } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { MessageId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { freshDays } from '../model.ts'
import type { OutboxService } from '../outbox/service.ts'
import { type ManagedMessage, type MessageFilter, messageNotRetryable } from './model.ts'
import type { ManagedMessagesRepository } from './repository.ts'

export interface MessageManagementOptions {
  readonly db: Database
  readonly managedMessages: ManagedMessagesRepository
  readonly outbox: Pick<OutboxService, 'wakeDelivery'>
  readonly audit: Pick<AuditService, 'success'>
  readonly clock: Clock
}

/** What administrators see of messages, and do with them. They never see a recipient or a text. */
export class MessageManagement {
  readonly #options: MessageManagementOptions

  constructor(options: MessageManagementOptions) {
    this.#options = options
  }

  /** Newest first. */
  async list(
    filter: MessageFilter,
    page: { readonly before: MessageId | null; readonly limit: number },
  ): Promise<ManagedMessage[]> {
    const { db, managedMessages } = this.#options
    return await managedMessages.search(db, filter, { ...page, freshSince: this.#freshSince() })
  }

  /** Sends a message again that was given up. @throws `not_found`, `message_not_retryable` */
  async retry(id: MessageId, context: RequestContext): Promise<ManagedMessage> {
    const { audit, clock, db, managedMessages, outbox } = this.#options
    const now = clock.now()
    const freshSince = this.#freshSince()
    return await inTransaction(db, async (transaction) => {
      const isRetried = await managedMessages.retry(transaction, id, { now, freshSince })
      const message = await managedMessages.find(transaction, id, { freshSince })
      if (message === null) throw new Failure(notFound)
      if (!isRetried) throw new Failure(messageNotRetryable)
      const { accountId, template } = message
      await audit.success(transaction, 'message_retry', { accountId, target: `message:${template}` }, context)
      onCommitted(transaction, outbox.wakeDelivery)
      return message
    })
  }

  #freshSince(): Date {
    return new Date(this.#options.clock.now().getTime() - freshDays * dayMs)
  }
}

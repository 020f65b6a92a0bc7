import type { ActivitiesRepository } from '../activities/repository.ts'
import type { AccountEvent } from './model.ts'
import type { AccountEventsRepository } from './repository.ts'

export interface AccountEventsServiceParts {
  readonly events: AccountEventsRepository
  readonly activities: Pick<ActivitiesRepository, 'deleteAllOf'>
  readonly inTransaction: (work: () => void) => void
  readonly now: () => Date
}

/** Keeps the data here in step with the accounts in Proxima. */
export class AccountEventsService {
  readonly #parts: AccountEventsServiceParts

  constructor(parts: AccountEventsServiceParts) {
    this.#parts = parts
  }

  /** An event that arrives again changes nothing: its user may have come back since. */
  handle({ id, type, userId }: AccountEvent): void {
    const { events, activities, inTransaction, now } = this.#parts
    inTransaction(() => {
      if (!events.markHandled(id, now())) return
      if (type === 'user.deleted') return events.addDeparted(userId, now())
      if (type === 'user.erased') activities.deleteAllOf(userId)
      events.removeDeparted(userId)
    })
  }
}

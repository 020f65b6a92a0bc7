import type { BookingsRepository } from '../bookings/repository.ts'
import type { BookingsService } from '../bookings/service.ts'
import { type Database, DuplicateError } from '../database/database.ts'
import type { DosesRepository } from '../doses/repository.ts'
import type { OldRequestsRepository } from '../old-calls/repository.ts'
import type { PeopleRepository } from '../people/repository.ts'
import type { AccountDeleted } from './model.ts'
import type { AccountEventsRepository } from './repository.ts'

export interface AccountEventsServiceParts {
  readonly database: Database
  readonly events: AccountEventsRepository
  readonly people: Pick<PeopleRepository, 'lockByAccount' | 'anonymise'>
  readonly bookings: Pick<BookingsRepository, 'find'>
  readonly bookingsService: Pick<BookingsService, 'release'>
  readonly doses: Pick<DosesRepository, 'forgetRecorder'>
  readonly oldRequests: Pick<OldRequestsRepository, 'anonymise'>
  readonly now: () => Date
}

/** Keeps the data here in step with the accounts in Proxima. */
export class AccountEventsService {
  readonly #parts: AccountEventsServiceParts

  constructor(parts: AccountEventsServiceParts) {
    this.#parts = parts
  }

  /**
   * Frees the place, and keeps the doses without saying who got them, for the statistics. An event that arrives again
   * changes nothing: its user may have restored the account and registered again.
   */
  async anonymise({ eventId, accountId }: AccountDeleted): Promise<void> {
    const { database, events, people, bookings, bookingsService, doses, oldRequests, now } = this.#parts
    try {
      await database.transaction(async (statements) => {
        await events.markHandled(statements, eventId, now())
        await doses.forgetRecorder(statements, accountId)
        await oldRequests.anonymise(statements, accountId)
        const person = await people.lockByAccount(statements, accountId)
        if (person === null) return
        const booking = await bookings.find(statements, person.id)
        if (booking !== null) await bookingsService.release(statements, person.id, booking)
        await people.anonymise(statements, person.id, now())
      })
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error
    }
  }
}

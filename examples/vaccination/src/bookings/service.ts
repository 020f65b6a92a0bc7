import { dayOf } from '../centres/model.ts'
import type { CentresRepository, OpeningKey } from '../centres/repository.ts'
import type { Database, Statements } from '../database/database.ts'
import { Failure } from '../failure.ts'
import type { PeopleRepository } from '../people/repository.ts'
import { requireRegistered } from '../people/service.ts'
import type { Booking } from './model.ts'
import type { BookingsRepository } from './repository.ts'

export interface BookingsServiceParts {
  readonly database: Database
  readonly people: Pick<PeopleRepository, 'findByAccount' | 'lockByAccount'>
  readonly centres: Pick<CentresRepository, 'hasOpening' | 'takePlace' | 'givePlaceBack'>
  readonly bookings: BookingsRepository
  readonly now: () => Date
}

/**
 * Appointments. Every transaction takes its locks in one order, so none waits for another in a circle: the person, the
 * opening, the booking.
 */
export class BookingsService {
  readonly #parts: BookingsServiceParts

  constructor(parts: BookingsServiceParts) {
    this.#parts = parts
  }

  async book(accountId: string, opening: OpeningKey): Promise<Booking> {
    const { database, people, centres, bookings, now } = this.#parts
    if (opening.day < dayOf(now())) throw new Failure('invalid', 'day_over', 'This day is over.')
    const booking = { ...opening, bookedAt: now().toISOString() }
    return await database.transaction(async (statements) => {
      const { id } = requireRegistered(await people.lockByAccount(statements, accountId))
      if ((await bookings.find(statements, id)) !== null)
        throw new Failure('conflict', 'already_booked', 'You have an appointment. Cancel it first.')
      // Before the booking: its foreign key would lock the opening for reading, and two such locks block each other.
      if (!(await centres.takePlace(statements, opening))) throw await this.#noPlace(statements, opening)
      await bookings.insert(statements, id, booking)
      return booking
    })
  }

  async cancel(accountId: string): Promise<void> {
    const { database, people, bookings } = this.#parts
    await database.transaction(async (statements) => {
      const { id } = requireRegistered(await people.lockByAccount(statements, accountId))
      const booking = await bookings.find(statements, id)
      if (booking === null) throw noBooking()
      await this.release(statements, id, booking)
    })
  }

  /** Null if there is none. @throws Failure `not_registered` */
  async find(accountId: string): Promise<Booking | null> {
    const { database, people, bookings } = this.#parts
    const { id } = requireRegistered(await people.findByAccount(database, accountId))
    return await bookings.find(database, id)
  }

  /** The place is free again. @param statements of a transaction that has locked the person */
  async release(statements: Statements, personId: string, booking: Booking): Promise<void> {
    await this.#parts.centres.givePlaceBack(statements, booking)
    await this.#parts.bookings.delete(statements, personId)
  }

  async #noPlace(statements: Statements, opening: OpeningKey): Promise<Failure> {
    return (await this.#parts.centres.hasOpening(statements, opening))
      ? new Failure('conflict', 'no_place_left', 'All places of this day are taken. Choose another day.')
      : new Failure('not_found', 'opening_not_found', 'The centre is not open on this day.')
  }
}

export function noBooking(): Failure {
  return new Failure('not_found', 'booking_not_found', 'There is no appointment.')
}

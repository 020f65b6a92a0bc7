import { randomUUID } from 'node:crypto'
import type { BookingsRepository } from '../bookings/repository.ts'
import { dayOf } from '../centres/model.ts'
import type { Database } from '../database/database.ts'
import { Failure } from '../failure.ts'
import type { NationalIds } from '../people/national-ids.ts'
import type { PeopleRepository } from '../people/repository.ts'
import { requireRegistered } from '../people/service.ts'
import type { Dose } from './model.ts'
import type { DosesRepository } from './repository.ts'

export interface DosesServiceParts {
  readonly database: Database
  readonly people: Pick<PeopleRepository, 'findByAccount' | 'lockByNationalId'>
  readonly bookings: Pick<BookingsRepository, 'find' | 'delete'>
  readonly doses: DosesRepository
  readonly nationalIds: NationalIds
  readonly now: () => Date
}

/** What a member of staff writes down. */
export interface GivenDose extends Pick<Dose, 'vaccine' | 'lot' | 'centreId'> {
  /** As the document of the person says. */
  readonly nationalId: string
}

/** The vaccinations that people have got. */
export class DosesService {
  readonly #parts: DosesServiceParts

  constructor(parts: DosesServiceParts) {
    this.#parts = parts
  }

  /** The appointment is over with it. Its place stays taken. @param staffId the account that records it */
  async record(staffId: string, { nationalId, vaccine, lot, centreId }: GivenDose): Promise<Dose> {
    const { database, people, bookings, doses, nationalIds, now } = this.#parts
    const digest = nationalIds.digestOf(nationalId)
    return await database.transaction(async (statements) => {
      const person = await people.lockByNationalId(statements, digest)
      if (person === null)
        throw new Failure('not_found', 'person_not_found', 'No one has registered with this national id.')
      const booking = await bookings.find(statements, person.id)
      if (booking?.centreId !== centreId)
        throw new Failure('conflict', 'no_booking_here', 'This person has no appointment at this centre.')
      await bookings.delete(statements, person.id)
      const number = (await doses.list(statements, person.id)).length + 1
      const dose = { id: randomUUID(), number, vaccine, lot, centreId, day: dayOf(now()) }
      const recordedAt = now().toISOString()
      await doses.insert(statements, { ...dose, personId: person.id, recordedBy: staffId, recordedAt })
      return dose
    })
  }

  /** @throws Failure `not_registered` */
  async list(accountId: string): Promise<readonly Dose[]> {
    const { database, people, doses } = this.#parts
    const { id } = requireRegistered(await people.findByAccount(database, accountId))
    return await doses.list(database, id)
  }
}

import { randomUUID } from 'node:crypto'
import { type Database, DuplicateError } from '../database/database.ts'
import { Failure } from '../failure.ts'
import { type Centre, dayOf, type Opening } from './model.ts'
import type { CentresRepository, OpeningKey } from './repository.ts'

export interface CentresServiceParts {
  readonly database: Database
  readonly centres: CentresRepository
  readonly now: () => Date
}

/** Where and when people can be vaccinated. */
export class CentresService {
  readonly #parts: CentresServiceParts

  constructor(parts: CentresServiceParts) {
    this.#parts = parts
  }

  async create(details: Omit<Centre, 'id'>): Promise<Centre> {
    const centre = { id: randomUUID(), ...details }
    await this.#parts.centres.insert(this.#parts.database, centre)
    return centre
  }

  /** Opens a centre on a day, or changes how many places it has then. */
  async setPlaces(key: OpeningKey, places: number): Promise<void> {
    const { database, centres, now } = this.#parts
    if ((await centres.find(database, key.centreId)) === null) throw centreNotFound()
    if (key.day < dayOf(now())) throw new Failure('invalid', 'day_over', 'This day is over.')
    if (await centres.changePlaces(database, key, places)) return
    if (await centres.hasOpening(database, key)) throw tooFew()
    try {
      await centres.insertOpening(database, key, places)
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error
      // Someone else has opened the day meanwhile.
      if (!(await centres.changePlaces(database, key, places))) throw tooFew()
    }
  }

  async openings(): Promise<readonly Opening[]> {
    const { database, centres, now } = this.#parts
    return await centres.listOpenings(database, dayOf(now()))
  }
}

export function centreNotFound(): Failure {
  return new Failure('not_found', 'centre_not_found', 'There is no such centre.')
}

function tooFew(): Failure {
  return new Failure('conflict', 'places_taken', 'More places are taken already.')
}

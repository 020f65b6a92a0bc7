import { randomUUID } from 'node:crypto'
import { type Database, DuplicateError } from '../database/database.ts'
import { Failure } from '../failure.ts'
import type { AccountOwner, Person } from './model.ts'
import type { NationalIds } from './national-ids.ts'
import type { PeopleRepository } from './repository.ts'

export interface PeopleServiceParts {
  readonly database: Database
  readonly people: PeopleRepository
  readonly nationalIds: NationalIds
  readonly now: () => Date
}

/** Who has registered. */
export class PeopleService {
  readonly #parts: PeopleServiceParts

  constructor(parts: PeopleServiceParts) {
    this.#parts = parts
  }

  /** @param nationalId what the person types, to be compared with what the account has */
  async register(owner: AccountOwner, nationalId: string): Promise<Person> {
    const { database, people, nationalIds, now } = this.#parts
    requireMatch(owner, nationalId, nationalIds)
    const person = { id: randomUUID(), registeredAt: now().toISOString() }
    const nationalIdDigest = nationalIds.digestOf(nationalId)
    try {
      await people.insert(database, { ...person, accountId: owner.accountId, nationalIdDigest })
      return person
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error
      if ((await people.findByAccount(database, owner.accountId)) !== null)
        throw new Failure('conflict', 'already_registered', 'You have already registered.')
      throw new Failure(
        'conflict',
        'national_id_registered',
        'Someone has registered with this national id. If it is yours, bring your document to a centre.',
      )
    }
  }

  /** @throws Failure `not_registered` */
  async get(accountId: string): Promise<Person> {
    const { database, people } = this.#parts
    return requireRegistered(await people.findByAccount(database, accountId))
  }
}

/** @throws Failure `not_registered` */
export function requireRegistered(person: Person | null): Person {
  if (person === null) throw new Failure('not_found', 'not_registered', 'You have not registered yet.')
  return person
}

function requireMatch(owner: AccountOwner, nationalId: string, nationalIds: NationalIds): void {
  if (!owner.hasVerifiedContact)
    throw new Failure(
      'forbidden',
      'contact_not_verified',
      'Confirm your email address or phone number in your account, then register after half a minute.',
    )
  if (owner.nationalId === null || !nationalIds.match(owner.nationalId, nationalId))
    throw new Failure(
      'forbidden',
      'national_id_mismatch',
      'This is not the national id of your account. Correct it here or there, then register after half a minute.',
    )
}

import type { AuditEventRow } from '../../../../platform/database/audit-tables.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { digestOf, newPerson, originDigest, subjectDigest } from './event-digest.ts'
import { accountsIn, type EventRow, type People, type Person } from './model.ts'
import type { AuditPeopleRepository, Replaced } from './repository.ts'

/** For statements that are short enough for every engine. */
const batchRows = 100
const lookUpRows = 500

/** How the chain names accounts: each by a pseudonym of its own, which outlives the account. */
export class AuditPeople {
  readonly #people: AuditPeopleRepository

  constructor(people: AuditPeopleRepository) {
    this.#people = people
  }

  /** What the chain holds of the event. @throws UnknownPerson */
  digestOf(event: EventRow, people: People): Buffer {
    return digestOf(event, people)
  }

  /** Waits until no one else changes the chain. Lock accounts before, and never after. */
  async lockChain(transaction: Transaction): Promise<void> {
    await this.#people.lockChain(transaction)
  }

  async find(db: Database, accountIds: readonly AccountId[]): Promise<People> {
    const people: Person[] = []
    for (let at = 0; at < accountIds.length; at += lookUpRows)
      people.push(...(await this.#people.find(db, accountIds.slice(at, at + lookUpRows))))
    return byAccount(people)
  }

  /** The people whom the events name. Gives a pseudonym to those who have none yet. Needs the lock of the chain. */
  async ensure(transaction: Transaction, events: readonly AuditEventRow[]): Promise<People> {
    const ids = [...new Set(events.flatMap(accountsIn))]
    const known = await this.find(transaction, ids)
    const added = ids.filter((id) => !known.has(id)).map(newPerson)
    await this.#people.insert(transaction, added)
    return new Map([...known, ...byAccount(added)])
  }

  async hasEvents(db: Database, accountId: AccountId): Promise<boolean> {
    return await this.#people.hasEvents(db, accountId)
  }

  /**
   * Replaces the account with its pseudonym in every event, and deletes the link between them.
   * @returns the pseudonym
   */
  async forget(transaction: Transaction, accountId: AccountId): Promise<AccountId> {
    await this.lockChain(transaction)
    const [known] = await this.#people.find(transaction, [accountId])
    const person = known ?? newPerson(accountId)
    await this.#replaceAbout(transaction, person)
    await this.#replaceBy(transaction, person)
    await this.#people.delete(transaction, accountId)
    return person.pseudonym
  }

  async #replaceAbout(transaction: Transaction, person: Person): Promise<void> {
    const { account_id, pseudonym } = person
    for (;;) {
      const events = await this.#people.listAbout(transaction, account_id, batchRows)
      if (events.length === 0) return
      const own = events.filter(({ actor_id }) => actor_id === null || actor_id === account_id)
      await this.#people.replaceOrigin(transaction, person, digests(own, person, originDigest))
      await this.#people.replaceSubject(transaction, pseudonym, digests(events, person, subjectDigest))
    }
  }

  async #replaceBy(transaction: Transaction, person: Person): Promise<void> {
    for (;;) {
      const events = await this.#people.listBy(transaction, person.account_id, batchRows)
      if (events.length === 0) return
      await this.#people.replaceOrigin(transaction, person, digests(events, person, originDigest))
    }
  }
}

function digests(
  events: readonly AuditEventRow[],
  person: Person,
  toDigest: (event: AuditEventRow, people: People) => string,
): Replaced[] {
  const people = byAccount([person])
  return events.map((event) => ({ id: event.id, digest: toDigest(event, people) }))
}

function byAccount(people: readonly Person[]): People {
  return new Map(people.map((person) => [person.account_id, person]))
}

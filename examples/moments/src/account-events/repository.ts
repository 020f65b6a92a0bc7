import type { DatabaseSync } from 'node:sqlite'

/** All SQL about the events of accounts, and about users who have left. */
export class AccountEventsRepository {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Says whether the event is new. */
  markHandled(eventId: string, at: Date): boolean {
    const { changes } = this.#database
      .prepare('INSERT INTO handled_events (id, handled_at) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(eventId, at.toISOString())
    return changes === 1
  }

  addDeparted(ownerId: string, at: Date): void {
    this.#database
      .prepare('INSERT INTO departed_owners (owner_id, departed_at) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(ownerId, at.toISOString())
  }

  removeDeparted(ownerId: string): void {
    this.#database.prepare('DELETE FROM departed_owners WHERE owner_id = ?').run(ownerId)
  }
}

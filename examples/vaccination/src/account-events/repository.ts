import type { Statements } from '../database/database.ts'

/** All SQL about events of Proxima. */
export class AccountEventsRepository {
  /** @throws DuplicateError if it was handled before */
  async markHandled(statements: Statements, eventId: string, at: Date): Promise<void> {
    await statements.change('INSERT INTO handled_events (id, handled_at) VALUES (?, ?)', [
      eventId,
      at.toISOString(),
    ])
  }
}

import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { Tally } from './model.ts'

export class GuessesRepository {
  async find(db: Database, budget: string): Promise<Tally | null> {
    const row = await db
      .selectFrom('guess_budgets')
      .select(['failures', 'opens_at'])
      .where('budget', '=', budget)
      .executeTakeFirst()
    return row === undefined ? null : { failures: row.failures, opensAt: new Date(row.opens_at) }
  }

  /** Says whether the tally was stored: not, where another try came first. */
  async insert(db: Database, budget: string, { failures, opensAt }: Tally): Promise<boolean> {
    try {
      await db.insertInto('guess_budgets').values({ budget, failures, opens_at: opensAt.getTime() }).execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  /** Only over the tally that was read: of many tries at once each counts, and each knows its number. */
  async replace(db: Database, budget: string, from: Tally, to: Tally): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('guess_budgets')
      .set({ failures: to.failures, opens_at: to.opensAt.getTime() })
      .where('budget', '=', budget)
      .where('failures', '=', from.failures)
      .where('opens_at', '=', from.opensAt.getTime())
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  async delete(db: Database, budgets: readonly string[]): Promise<void> {
    await db.deleteFrom('guess_budgets').where('budget', 'in', budgets).execute()
  }

  async isKnownClient(db: Database, client: string): Promise<boolean> {
    const row = await db
      .selectFrom('known_clients')
      .select('client')
      .where('client', '=', client)
      .executeTakeFirst()
    return row !== undefined
  }

  async rememberClient(db: Database, client: string, seenAt: Date): Promise<void> {
    const seen = { seen_at: seenAt.getTime() }
    const { numUpdatedRows } = await db
      .updateTable('known_clients')
      .set(seen)
      .where('client', '=', client)
      .executeTakeFirst()
    if (numUpdatedRows > 0n) return
    try {
      await db
        .insertInto('known_clients')
        .values({ client, ...seen })
        .execute()
    } catch (error) {
      // Another sign-in from there was first; it is remembered all the same.
      if (!(error instanceof UniqueViolation)) throw error
    }
  }
}

import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../../platform/database/delete-expired.ts'
import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { Tally } from './model.ts'

export class GuessesRepository {
  async find(db: Database, budget: string): Promise<Tally | null> {
    const row = await db
      .selectFrom('guess_budgets')
      .select(['failures', 'opens_at', 'refusals', 'typed'])
      .where('budget', '=', budget)
      .executeTakeFirst()
    if (row === undefined) return null
    const { failures, refusals, typed } = row
    return { failures, opensAt: new Date(row.opens_at), refusals, typed }
  }

  /** @returns whether the tally was stored; false if another guess came first */
  async insert(db: Database, budget: string, { opensAt, ...counts }: Tally): Promise<boolean> {
    try {
      await db
        .insertInto('guess_budgets')
        .values({ budget, ...counts, opens_at: opensAt.getTime() })
        .execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  /**
   * Replaces only the tally that was read, so that each of many simultaneous guesses counts, and has its own number.
   */
  async replace(db: Database, budget: string, from: Tally, to: Tally): Promise<boolean> {
    const { opensAt, ...counts } = to
    return await changesRows(
      db
        .updateTable('guess_budgets')
        .set({ ...counts, opens_at: opensAt.getTime() })
        .where('budget', '=', budget)
        .where('failures', '=', from.failures)
        .where('opens_at', '=', from.opensAt.getTime()),
    )
  }

  async delete(db: Database, budgets: readonly string[]): Promise<void> {
    for (const list of inLists(budgets))
      await db.deleteFrom('guess_budgets').where('budget', 'in', list).execute()
  }

  async deleteClients(db: Database, clients: readonly string[]): Promise<void> {
    for (const list of inLists(clients))
      await db.deleteFrom('known_clients').where('client', 'in', list).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteUnused(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'guess_budgets', { column: 'opens_at', until, limit })
  }

  /** @returns how many were deleted, at most `limit` */
  async forgetClients(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'known_clients', { column: 'seen_at', until, limit })
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
    const isChanged = await changesRows(
      db.updateTable('known_clients').set(seen).where('client', '=', client),
    )
    // The account is locked, so no other sign-in to it can come in between.
    if (!isChanged)
      await db
        .insertInto('known_clients')
        .values({ client, ...seen })
        .execute()
  }
}

/** Every engine accepts lists of this length. */
const listMax = 500

function inLists(values: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(values.length / listMax)
  return Array.from({ length: count }, (_, at) => values.slice(at * listMax, (at + 1) * listMax))
}

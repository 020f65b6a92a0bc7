import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
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
    for (const some of inLists(budgets))
      await db.deleteFrom('guess_budgets').where('budget', 'in', some).execute()
  }

  async deleteClients(db: Database, clients: readonly string[]): Promise<void> {
    for (const some of inLists(clients))
      await db.deleteFrom('known_clients').where('client', 'in', some).execute()
  }

  /** @returns how many are gone, `limit` at the most */
  async deleteUnused(db: Transaction, until: Date, limit: number): Promise<number> {
    const old = db.selectFrom('guess_budgets').select('budget').where('opens_at', '<', until.getTime())
    const budgets = (await old.limit(limit).execute()).map(({ budget }) => budget)
    if (budgets.length > 0) await this.delete(db, budgets)
    return budgets.length
  }

  /** @returns how many are gone, `limit` at the most */
  async forgetClients(db: Transaction, until: Date, limit: number): Promise<number> {
    const old = db.selectFrom('known_clients').select('client').where('seen_at', '<', until.getTime())
    const clients = (await old.limit(limit).execute()).map(({ client }) => client)
    await this.deleteClients(db, clients)
    return clients.length
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
    // The account's row is held meanwhile, so no other sign-in to it comes in between.
    if (numUpdatedRows === 0n)
      await db
        .insertInto('known_clients')
        .values({ client, ...seen })
        .execute()
  }
}

/** No longer than any engine takes. */
const listMax = 500

function inLists(values: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(values.length / listMax)
  return Array.from({ length: count }, (_, at) => values.slice(at * listMax, (at + 1) * listMax))
}

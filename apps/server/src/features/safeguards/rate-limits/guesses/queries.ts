import { sql } from 'kysely'
import { PreparedQuery } from '../../../../platform/database/prepared-query.ts'
import { insertRow, isHeld, PreparedWrite } from '../../../../platform/database/prepared-write.ts'
import type { Database } from '../../../../platform/database/tables.ts'

/** The statements of a guess: built once, because every sign-in by password runs them. */

export interface BudgetNames {
  readonly shared: string
  readonly ofClient: string
  readonly typed: string
}

/** One row for each budget that has a tally, and one if the client is known. One statement, whatever it finds (A34). */
export const tallies = new PreparedQuery(
  ['shared', 'ofClient', 'typed'],
  (db: Database, { shared, ofClient, typed }: BudgetNames) =>
    db
      .selectFrom('guess_budgets')
      .select(['budget', 'failures', 'opens_at', 'refusals', 'typed', sql<number>`0`.as('is_client')])
      .where('budget', 'in', [shared, ofClient, typed])
      .unionAll(
        db
          .selectFrom('known_clients')
          .select(['client as budget', sql<number>`0`.as('failures'), 'seen_at as opens_at'])
          .select([sql<number>`0`.as('refusals'), sql<number>`0`.as('typed'), sql<number>`1`.as('is_client')])
          .where('client', '=', ofClient),
      ),
)

export const tally = new PreparedQuery(['budget'], (db: Database, { budget }: { readonly budget: string }) =>
  db
    .selectFrom('guess_budgets')
    .select(['failures', 'opens_at', 'refusals', 'typed'])
    .where('budget', '=', budget),
)

interface TallyRow {
  readonly budget: string
  readonly failures: number
  readonly opens_at: number
  readonly refusals: number
  readonly typed: number
}

export const insertion = new PreparedQuery(
  ['budget', 'failures', 'opens_at', 'refusals', 'typed'],
  (db: Database, row: TallyRow) => db.insertInto('guess_budgets').values({ ...row }),
)

interface ReplacementValues extends TallyRow {
  readonly fromFailures: number
  readonly fromOpensAt: number
  readonly fromRefusals: number
  readonly fromTyped: number
}

export const replacement = new PreparedQuery(
  [
    'budget',
    'failures',
    'opens_at',
    'refusals',
    'typed',
    'fromFailures',
    'fromOpensAt',
    'fromRefusals',
    'fromTyped',
  ],
  (db: Database, { budget, failures, opens_at, refusals, typed, ...from }: ReplacementValues) =>
    db
      .updateTable('guess_budgets')
      .set({ failures, opens_at, refusals, typed })
      .where('budget', '=', budget)
      .where('failures', '=', from.fromFailures)
      .where('opens_at', '=', from.fromOpensAt)
      .where('refusals', '=', from.fromRefusals)
      .where('typed', '=', from.fromTyped),
)

export const deletion = new PreparedWrite(
  ['budget'],
  (db, { budget }: { readonly budget: string }, isGuarded) => {
    const one = db.deleteFrom('guess_budgets').where('budget', '=', budget)
    return isGuarded ? one.where(isHeld) : one
  },
)

interface ClientRow {
  readonly client: string
  readonly seen_at: number
}

export const clientInsertion = new PreparedWrite(['client', 'seen_at'], (db, row: ClientRow, isGuarded) =>
  insertRow(db, 'known_clients', { ...row }, isGuarded),
)

export const clientUpdate = new PreparedWrite(
  ['client', 'seen_at'],
  (db, { client, seen_at }: ClientRow, isGuarded) => {
    const one = db.updateTable('known_clients').set({ seen_at }).where('client', '=', client)
    return isGuarded ? one.where(isHeld) : one
  },
)

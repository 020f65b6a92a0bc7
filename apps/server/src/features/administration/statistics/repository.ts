import { type SqlBool, sql } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { TransactionConflict } from '../../../platform/database/faults.ts'
import { repeatIfTaken } from '../../../platform/database/repeat-if-taken.ts'
import type { StatisticsChangeId } from '../../../platform/database/statistics-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import type { Addition, Count, Figure, Period } from './model.ts'

/** Something that is counted later. */
export interface Change {
  readonly figure: Figure
  readonly name: string
  readonly outcome: string
  readonly amount: number
  readonly at: Date
}

export interface StoredChange extends Change {
  readonly id: StatisticsChangeId
}

export class StatisticsRepository {
  /**
   * Adds to a row, which it inserts if there is none.
   * @throws TransactionConflict if someone else inserts it first, so that the transaction runs again
   */
  async add(db: Transaction, addition: Addition): Promise<void> {
    const { figure, period, startsAt: starts_at, name, outcome, method, reason, amount } = addition
    const origin = 'real'
    const key = { figure, period, starts_at, name, outcome, method, reason, origin } as const
    let row = db.updateTable('statistics').set((of) => ({ counted: of('counted', '+', amount) }))
    for (const [column, value] of Object.entries(key))
      row = row.where(sql<SqlBool>`${sql.ref(column)} = ${value}`)
    if (await changesRows(row)) return
    await repeatIfTaken(db.insertInto('statistics').values({ ...key, counted: amount }))
  }

  async insertChange(db: Database, { figure, name, outcome, amount, at }: Change): Promise<void> {
    const row = { id: newId<StatisticsChangeId>(), figure, name, outcome, amount, at: at.getTime() }
    await db.insertInto('statistics_changes').values(row).execute()
  }

  async listChanges(db: Database, limit: number): Promise<StoredChange[]> {
    const rows = await db.selectFrom('statistics_changes').selectAll().limit(limit).execute()
    return rows.map(({ at, figure, ...row }) => ({ ...row, figure: figure as Figure, at: new Date(at) }))
  }

  /** @throws TransactionConflict if another server has taken one of them, so that the transaction runs again */
  async takeChanges(db: Transaction, ids: readonly StatisticsChangeId[]): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('statistics_changes')
      .where('id', 'in', ids)
      .executeTakeFirstOrThrow()
    if (Number(numDeletedRows) !== ids.length)
      throw new TransactionConflict(new Error('another server counts the same changes'))
  }

  /** The counts of periods that start from `from` to before `to`. */
  async read(
    db: Database,
    figures: readonly Figure[],
    { period, from, to }: { readonly period: Period; readonly from: Date; readonly to: Date },
  ): Promise<Count[]> {
    const rows = await db
      .selectFrom('statistics')
      .select(['figure', 'starts_at', 'name', 'outcome', 'method', 'reason'])
      .select((of) => of.fn.sum<number | string>('counted').as('counted'))
      .where('figure', 'in', figures)
      .where('period', '=', period)
      .where('starts_at', '>=', from.getTime())
      .where('starts_at', '<', to.getTime())
      .groupBy(['figure', 'starts_at', 'name', 'outcome', 'method', 'reason'])
      .execute()
    return rows.map(({ starts_at, counted, figure, ...row }) => ({
      ...row,
      figure: figure as Figure,
      startsAt: starts_at,
      counted: Number(counted),
    }))
  }
}

import { type Compilable, type Expression, type OperationNodeSource, type SqlBool, sql } from 'kysely'
import { type GuardedQuery, jointWritesOf } from './dialects/joint-writes.ts'
import { rowGuardOf, shareLockOf } from './dialects/row-locks.ts'
import { TransactionConflict, UniqueViolation } from './faults.ts'
import { CompiledOnce } from './prepared-query.ts'
import type { Write } from './prepared-write.ts'
import { type Filled, StatementPiece } from './statement-piece.ts'
import type { Database, Transaction } from './tables.ts'
import { inTransaction } from './transactions.ts'

/** A query for the rows that must exist. */
interface GuardQuery extends Compilable<unknown>, OperationNodeSource {
  where(condition: Expression<SqlBool>): GuardQuery
  modifyEnd(modifier: Expression<unknown>): GuardQuery
}

/**
 * A query for one row that must exist. It may join others, which must exist too. All of them stay as they are until the
 * writes are committed. It names the accounts first, because everyone locks an account before what belongs to it.
 */
export class PreparedGuard<Values extends object> extends StatementPiece<Values, GuardQuery> {}

/** A further condition. Unlike the rows of the guard, what it reads may change before the writes are committed. */
export class PreparedCondition<Values extends object> extends StatementPiece<Values, Expression<SqlBool>> {}

export type Guard = Filled<GuardQuery>
export type Condition = Filled<Expression<SqlBool>>

export interface GuardedWrites {
  readonly guard: Guard
  readonly conditions: readonly Condition[]
  readonly writes: readonly Write[]
}

/**
 * Does all of the writes or none: all if the guard finds its row and the conditions hold. For the common case of a
 * frequent action: on PostgreSQL it is one statement, and on SQLite one call of the driver. If it returns false, nothing
 * is written, and the caller does the action in a transaction, which finds out what is in the way. It also returns false
 * if another request came in between, and always on a Galera cluster, which holds a row only if the transaction changes
 * it.
 */
export async function writeIf(db: Database, guarded: GuardedWrites): Promise<boolean> {
  const { adapter } = db.getExecutor()
  if (rowGuardOf(adapter) === 'change') return false
  try {
    const isWritten = await write(db, guarded)
    if (isWritten) for (const { onStored } of guarded.writes) onStored()
    return isWritten
  } catch (error) {
    if (error instanceof UniqueViolation || error instanceof TransactionConflict) return false
    throw error
  }
}

async function write(db: Database, guarded: GuardedWrites): Promise<boolean> {
  const joint = jointWritesOf(db.getExecutor().adapter)
  if (joint === 'with') return await writeAtOnce(db, guarded)
  if (joint === 'list' && !db.isTransaction) return await writeAsList(db, guarded)
  return await inTransaction(db, (transaction) => writeInTurn(transaction, guarded))
}

async function writeAtOnce(db: Database, { guard, conditions, writes }: GuardedWrites): Promise<boolean> {
  const firstWrite = 1 + conditions.length
  return await findsRow(db, [guard, ...conditions, ...writes], (at) => {
    const guarded = guardQuery(at, guard, conditions)
    const changes = writes.map(
      (write, index) => sql`${sql.id(`write${index}`)} as (${write.build(at, firstWrite + index)})`,
    )
    const all = sql`with held as materialized (${guarded}), ${sql.join(changes)} select from held`
    return { compile: () => all.compile(at) }
  })
}

async function writeAsList(db: Database, { guard, conditions, writes }: GuardedWrites): Promise<boolean> {
  const pieces = [guard, ...conditions]
  const asked = statementOf(pieces, (at) => guardQuery(at, guard, conditions)).bind(db, valuesOf(pieces))
  const query: GuardedQuery = { ...asked, writes: writes.map((each) => each.bind(db)) }
  return (await db.executeQuery(query)).rows.length > 0
}

async function writeInTurn(
  transaction: Transaction,
  { guard, conditions, writes }: GuardedWrites,
): Promise<boolean> {
  // Asked again: the connection of this transaction may be the first one to a cluster.
  if (rowGuardOf(transaction.getExecutor().adapter) === 'change') return false
  const pieces = [guard, ...conditions]
  if (!(await findsRow(transaction, pieces, (at) => guardQuery(at, guard, conditions)))) return false
  for (const write of writes) await write.run(transaction)
  return true
}

function guardQuery(db: Database, guard: Guard, conditions: readonly Condition[]): GuardQuery {
  const query = conditions.reduce(
    (narrowed, condition, index) => narrowed.where(condition.build(db, 1 + index)),
    guard.build(db, 0),
  )
  return query.modifyEnd(sql.raw(shareLockOf(db.getExecutor().adapter)))
}

/** By the ids of its pieces. There are as many as there are actions in the code. */
const statements = new Map<string, CompiledOnce<unknown>>()

async function findsRow(
  db: Database,
  pieces: readonly Filled<unknown>[],
  build: (db: Database) => Compilable<unknown>,
): Promise<boolean> {
  const { rows } = await statementOf(pieces, build).run(db, valuesOf(pieces))
  return rows.length > 0
}

function statementOf(
  pieces: readonly Filled<unknown>[],
  build: (db: Database) => Compilable<unknown>,
): CompiledOnce<unknown> {
  const key = pieces.map(({ id }) => id).join()
  const statement = statements.get(key) ?? new CompiledOnce(build)
  statements.set(key, statement)
  return statement
}

function valuesOf(pieces: readonly Filled<unknown>[]): readonly object[] {
  return pieces.map(({ values }) => values)
}

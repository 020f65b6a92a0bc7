import {
  type Compilable,
  type CompiledQuery,
  type Insertable,
  type OperationNodeSource,
  type SqlBool,
  sql,
} from 'kysely'
import { PreparedQuery } from './prepared-query.ts'
import { type Filled, StatementPiece } from './statement-piece.ts'
import type { Database, Tables } from './tables.ts'

/** A statement as Kysely builds it. */
type Built = Compilable<unknown> & OperationNodeSource

/** A write that has not run yet. */
export interface Write extends Filled<OperationNodeSource> {
  run(db: Database): Promise<unknown>
  /** The statement that `run` runs. */
  bind(db: Database): CompiledQuery
  /** Runs once the write is durable. */
  readonly onStored: () => void
}

/**
 * A statement that changes rows, built once. It runs alone, or as a part of `writeIf`. Then `isGuarded` is true, and it
 * must change nothing if the table expression `held` has no row: see `insertRow` and `isHeld`.
 */
export class PreparedWrite<Values extends object> {
  readonly #alone: PreparedQuery<Values, unknown>
  readonly #guarded: StatementPiece<Values, OperationNodeSource>

  constructor(
    names: readonly (keyof Values & string)[],
    build: (db: Database, values: Values, isGuarded: boolean) => Built,
  ) {
    this.#alone = new PreparedQuery(names, (db, values) => build(db, values, false))
    this.#guarded = new StatementPiece(names, (db, values) => build(db, values, true))
  }

  /** @returns whether it changed a row */
  change(db: Database, values: Values): Promise<boolean> {
    return this.#alone.change(db, values)
  }

  with(values: Values, onStored: () => void = () => undefined): Write {
    return {
      ...this.#guarded.with(values),
      run: (db) => this.change(db, values),
      bind: (db) => this.#alone.bind(db, values),
      onStored,
    }
  }
}

export function insertRow<Name extends keyof Tables>(
  db: Database,
  table: Name,
  row: Insertable<Tables[Name]>,
  isGuarded: boolean,
): Built {
  if (!isGuarded) return db.insertInto(table).values(row)
  const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)))
  const insert = sql`insert into ${sql.table(table)} (${columns}) select ${sql.join(Object.values(row))} from held`
  return { toOperationNode: () => insert.toOperationNode(), compile: () => insert.compile(db) }
}

/** True if the guard of the statement holds. */
export const isHeld = sql<SqlBool>`exists (select from held)`

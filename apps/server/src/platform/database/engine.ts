import type { Dialect } from 'kysely'
import type { Obstacle } from './obstacle.ts'
import type { Database } from './tables.ts'

/** Everything that differs between engines. `dialects/` implements it once for each engine. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres' | 'mysql'
  readonly dialect: Dialect
  /** Reads one state of the database while others write; null if a transaction of `dialect` that only reads does so. */
  readonly snapshotDialect: Dialect | null
  /** The meaning of an error of the driver. */
  classify(error: unknown): Fault
  /** A query for the `name` of each table of the schema. The readiness check runs it. */
  readonly tableNames: string
  /** A query for `table` and `column` of each column of the schema. */
  readonly columnNames: string
  /** The schema of our tables, if the engine has several in one database; null if it has one. */
  migrationSchema(db: Database): Promise<string | null>
  /** Why no server can use this database, except for its tables. */
  findObstacles(db: Database, need: DatabaseNeed): Promise<readonly Obstacle[]>
  /** @throws `unavailable` if the data is no longer where the server opened it. Costs next to nothing. */
  assertInPlace(): void
  columnTypes(db: Database): Promise<ColumnTypes>
  /** Appended to `create table`. */
  readonly tableOptions: string
  /** Added for a table whose rows change often. */
  readonly changingTableOptions: string
  /** In place of `tableOptions`, for a table whose columns are all in its primary key. */
  readonly indexOnlyTableOptions: string
  /** True if the engine supports partial indexes, which leave rows out. */
  readonly partialIndexes: boolean
  /** A statement that removes deleted data from the files; null if the engine does so by itself. */
  readonly scrub: string | null
  /** The current use of its connections. */
  poolUse(): PoolUse
}

export interface DatabaseNeed {
  /** True if tables must still be created. */
  readonly createsTables: boolean
}

/** The use of the connections. On SQLite it counts only the one connection that writes, because reads never wait. */
export interface PoolUse {
  readonly inUse: number
  readonly idle: number
  /** The number of callers that wait for a connection. */
  readonly waiting: number
  readonly max: number
}

/** Column types as SQL text. Every text compares byte for byte, trailing spaces included. */
export interface ColumnTypes {
  readonly id: string
  readonly time: string
  readonly integer: string
  /** Up to 16 MB. */
  readonly bytes: string
  text(lengthMax: number): string
}

export type Fault =
  | { readonly kind: 'unique'; readonly constraint: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'other' }

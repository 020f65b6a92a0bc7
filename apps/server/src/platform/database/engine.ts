import type { Dialect } from 'kysely'
import type { Database } from './tables.ts'

/** What differs between engines is a question answered here, once per engine in `dialects/`. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres' | 'mysql'
  readonly dialect: Dialect
  /** What an error of the driver means. */
  classify(error: unknown): Fault
  /** Gives the `name` of each table of the schema: asked by whoever asks whether the server is ready. */
  readonly tableNames: string
  columnTypes(db: Database): Promise<ColumnTypes>
  /** Appended to `create table`. */
  readonly tableOptions: string
  /** Whether an index may leave rows out. */
  readonly partialIndexes: boolean
  /** Takes what was deleted out of the files too; null where the engine does so by itself in its own time. */
  readonly scrub: string | null
  /** How busy its connections are at this moment. */
  poolUse(): PoolUse
}

/** On SQLite of the one connection that writes, since reads wait for nobody. */
export interface PoolUse {
  readonly inUse: number
  readonly idle: number
  /** Callers without a connection, who wait for one. */
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

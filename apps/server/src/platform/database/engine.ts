import type { Dialect } from 'kysely'
import type { Database } from './tables.ts'

/** What differs between engines is a question answered here, once per engine in `dialects/`. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres' | 'mysql'
  readonly dialect: Dialect
  /** What an error of the driver means. */
  classify(error: unknown): Fault
  columnTypes(db: Database): Promise<ColumnTypes>
  /** Appended to `create table`. */
  readonly tableOptions: string
  /** Where the name of an index is unique: it is dropped by its name alone, or on its table. */
  readonly indexNames: 'per schema' | 'per table'
}

/** Column types as SQL text. Every text compares byte for byte, trailing spaces included. */
export interface ColumnTypes {
  readonly id: string
  readonly time: string
  readonly integer: string
  text(lengthMax: number): string
}

export type Fault =
  | { readonly kind: 'unique'; readonly constraint: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'other' }

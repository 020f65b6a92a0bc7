export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** What repositories need. Values stand in the SQL as `?`, on every engine. */
export interface Statements {
  select(sql: string, values?: readonly Value[]): Promise<readonly Row[]>
  /** Returns how many rows it found to change. @throws DuplicateError */
  change(sql: string, values?: readonly Value[]): Promise<number>
}

/** A database of any engine. */
export interface Database extends Statements {
  /** The column of an integer that the database counts. */
  readonly serialKey: string
  /** Does all of the work, or none of it. Inside, use only the statements that it is given. */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** Another row already has a value that must be unique. */
export class DuplicateError extends Error {
  constructor(cause: unknown) {
    super('Another row has this value.', { cause })
    this.name = 'DuplicateError'
  }
}

/** A row of a table that is not ours. Times are texts, as the database writes them in UTC. */
export type ForeignRow = Readonly<Record<string, unknown>>

/** One statement language of a driver: how it quotes names and marks parameters. */
export interface ForeignDriver {
  readonly quote: '"' | '`'
  placeholder(position: number): string
  query(sql: string, parameters: readonly unknown[]): Promise<ForeignRow[]>
  /** A query for the `name` of each column; its parameters are the table and, if it is named, its schema. */
  columnsOf(table: string, schema: string | null): Promise<string[]>
  close(): Promise<void>
}

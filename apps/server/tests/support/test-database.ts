import type { Database } from '../../src/platform/database/tables.ts'
import { connectTo } from './connections.ts'
import { takeDatabase } from './database-pool.ts'
import type { TestEngine } from './engines.ts'

/** A database with the empty tables of this version. */
export interface MigratedDatabase {
  readonly db: Database
  /** For another node on the same database. */
  readonly url: string
  drop(): Promise<void>
}

export async function createMigratedDatabase(engine: TestEngine): Promise<MigratedDatabase> {
  const database = await takeDatabase(engine)
  const { db } = connectTo(database.url)
  return {
    db,
    url: database.url,
    drop: async () => {
      await db.destroy()
      await database.drop()
    },
  }
}

/** Opens the database of a running server, to inspect it, or to make changes that otherwise only time makes. */
export function openDatabase(databaseUrl: string): Database {
  return connectTo(databaseUrl).db
}

export interface Cell {
  readonly table: string
  readonly column: string
  readonly value: unknown
}

/** Every value of every column of every table, including the tables of the migrations. */
export async function dump(db: Database): Promise<Cell[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const cells: Cell[] = []
  for (const { name: table } of tables) {
    const rows = (await db
      .selectFrom(table as 'accounts')
      .selectAll()
      .execute()) as object[]
    for (const row of rows)
      cells.push(...Object.entries(row).map(([column, value]) => ({ table, column, value })))
  }
  return cells
}

import { loadConfig } from '../../src/platform/config/load-config.ts'
import { type Connection, connect } from '../../src/platform/database/connect.ts'
import { migrateUp } from '../../src/platform/database/migrator.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import type { TestEngine } from './engines.ts'

/** A database with the empty tables of this version. */
export interface MigratedDatabase {
  readonly db: Database
  /** For another node on the same database. */
  readonly url: string
  drop(): Promise<void>
}

export async function createMigratedDatabase(engine: TestEngine): Promise<MigratedDatabase> {
  const database = await engine.createDatabase()
  const connection = connectTo(database.url)
  await migrateUp(connection)
  return {
    db: connection.db,
    url: database.url,
    drop: async () => {
      await connection.db.destroy()
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

/** Connects like a server, with few connections. */
export function connectTo(databaseUrl: string): Connection {
  const { databaseUrl: location } = loadConfig({ PROXIMA_DATABASE_URL: databaseUrl })
  // Dropping a database breaks its open connections, which is not a failure of the test.
  return connect(location, {
    poolMax: 4,
    statementTimeoutMs: 10_000,
    onError: () => undefined,
    onLostWrites: failTest,
  })
}

/** Connects like a command: SQLite waits for the disk in each commit, and writes its log back itself. */
export function connectLikeCommand(databaseUrl: string): Connection {
  const { databaseUrl: location } = loadConfig({ PROXIMA_DATABASE_URL: databaseUrl })
  return connect(location, { poolMax: 2, statementTimeoutMs: 0, onError: () => undefined })
}

/** The process of the tests goes on, and reports the error as one that nothing caught. */
export function failTest(error: Error): void {
  queueMicrotask(() => {
    throw error
  })
}

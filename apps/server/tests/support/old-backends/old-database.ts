import { DatabaseSync } from 'node:sqlite'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import type { TestDatabase, TestEngine } from '../engines.ts'

type Engine = TestEngine['name']
type Value = string | number | boolean | Buffer | null

/** A table as an old backend made it, with its rows. */
export interface OldTable {
  readonly name: string
  /** The columns with their types. `typeWords` has the words that differ between engines. */
  readonly columns: Readonly<Record<string, string>>
  readonly rows: readonly Readonly<Record<string, Value>>[]
}

/** What SQLAlchemy and Alembic write for a type on each engine. */
const typeWords: Readonly<Record<string, Readonly<Record<Engine, string>>>> = {
  SERIAL: {
    SQLite: 'integer primary key autoincrement',
    PostgreSQL: 'serial primary key',
    MariaDB: 'integer auto_increment primary key',
  },
  DATETIME: { SQLite: 'datetime', PostgreSQL: 'timestamp', MariaDB: 'datetime(6)' },
  TIMESTAMPTZ: { SQLite: 'datetime', PostgreSQL: 'timestamptz', MariaDB: 'timestamp null' },
  BLOB: { SQLite: 'blob', PostgreSQL: 'bytea', MariaDB: 'blob' },
  // SQLite ignores the length, so hashes of 162 characters are in a column of 128. The others need a wider column.
  HASH: { SQLite: 'varchar(128)', PostgreSQL: 'varchar(255)', MariaDB: 'varchar(255)' },
  // SQLite and PostgreSQL compare bytes. MariaDB compares letters, unless it is asked to compare bytes.
  BYTEWISE: { SQLite: '', PostgreSQL: '', MariaDB: 'collate utf8mb4_bin' },
}

/** Creates a database with tables of an old backend, as its own migrations and its own calls would leave it. */
export async function createOldDatabase(
  engine: TestEngine,
  tables: readonly OldTable[],
): Promise<TestDatabase> {
  const database = await engine.createDatabase()
  const connection = await connectors[engine.name](database.url)
  try {
    for (const { name, columns, rows } of tables) {
      const parts = Object.entries(columns).map(([column, type]) => `${column} ${typeOn(engine.name, type)}`)
      await connection.run(`create table ${name} (${parts.join(', ')})`, [])
      for (const row of rows) {
        const places = Object.keys(row).map((_, index) => connection.place(index))
        const columnNames = Object.keys(row).join(', ')
        await connection.run(
          `insert into ${name} (${columnNames}) values (${places.join(', ')})`,
          Object.values(row),
        )
      }
    }
  } finally {
    await connection.close()
  }
  return database
}

function typeOn(engine: Engine, type: string): string {
  return type.replaceAll(/\b[A-Z]+\b/g, (word) => typeWords[word]?.[engine] ?? word)
}

interface OldConnection {
  place(index: number): string
  run(statement: string, values: readonly Value[]): Promise<void>
  close(): Promise<void>
}

const connectors: Readonly<Record<Engine, (url: string) => Promise<OldConnection>>> = {
  SQLite: async (url) => {
    const database = new DatabaseSync(url.slice('sqlite:'.length))
    return {
      place: () => '?',
      run: async (statement, values) => {
        const bound = values.map((value) => (typeof value === 'boolean' ? Number(value) : value))
        database.prepare(statement).run(...bound)
      },
      close: async () => database.close(),
    }
  },
  PostgreSQL: async (url) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return {
      place: (index) => `$${index + 1}`,
      run: async (statement, values) => void (await client.query(statement, [...values])),
      close: async () => await client.end(),
    }
  },
  MariaDB: async (url) => {
    const connection = await createConnection(url)
    // A session in UTC, as the servers of the old backends had.
    await connection.query("set time_zone = '+00:00'")
    return {
      place: () => '?',
      run: async (statement, values) => void (await connection.query(statement, [...values])),
      close: async () => await connection.end(),
    }
  },
}

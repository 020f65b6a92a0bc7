import { closeSync, fsyncSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import type { Rows } from './collecting-database.ts'

/** Inserts rows quickly into existing tables. If it is interrupted, the database cannot be used: fill another one. */
export interface BulkWriter {
  write(table: string, rows: Rows): Promise<void>
  /** Makes the rows durable, and updates the statistics of the engine, which it would otherwise do over time. */
  finish(): Promise<void>
}

/** Takes a URL in the form of `PROXIMA_DATABASE_URL`. */
export async function openBulkWriter(databaseUrl: string): Promise<BulkWriter> {
  const { databaseUrl: location } = loadConfig({ PROXIMA_DATABASE_URL: databaseUrl })
  switch (location.engine) {
    case 'sqlite':
      return sqliteWriter(location.path)
    case 'postgres':
      return await postgresWriter(location.url)
    case 'mysql':
      return await mysqlWriter(location.url)
  }
}

function sqliteWriter(path: string): BulkWriter {
  const db = new DatabaseSync(path)
  db.exec('pragma synchronous = off; pragma cache_size = -200000; pragma foreign_keys = off; begin')
  const statements = new Map<string, StatementSync>()
  const statementFor = (table: string, columns: readonly string[]) => {
    const cached = statements.get(table)
    if (cached !== undefined) return cached
    const prepared = db.prepare(
      `insert into ${table} (${columns.join()}) values (${columns.map(() => '?').join()})`,
    )
    statements.set(table, prepared)
    return prepared
  }
  return {
    write: async (table, { columns, rows }) => {
      const statement = statementFor(table, columns)
      for (const row of rows) statement.run(...(row as string[]))
    },
    finish: async () => {
      db.exec('commit; analyze; pragma wal_checkpoint(truncate)')
      db.close()
      // Syncs now, so that the first durable writes of the measurement do not wait for it.
      const file = openSync(path, 'r+')
      fsyncSync(file)
      closeSync(file)
    },
  }
}

async function postgresWriter(connectionString: string): Promise<BulkWriter> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query('set synchronous_commit = off')
  return {
    write: async (table, { columns, rows }) => {
      const records = rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])))
      await client.query(
        `insert into ${table} (${columns.join()})
         select ${columns.join()} from json_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(records)],
      )
    },
    finish: async () => {
      await client.query('vacuum analyze')
      await client.end()
    },
  }
}

/** A statement with this many rows stays below the 16 MB that MariaDB accepts. */
const mysqlBatchRows = 5_000

async function mysqlWriter(uri: string): Promise<BulkWriter> {
  const connection = await createConnection({ uri: uri.replace(/^mariadb:/, 'mysql:'), charset: 'utf8mb4' })
  await connection.query('set foreign_key_checks = 0')
  const written = new Set<string>()
  return {
    write: async (table, { columns, rows }) => {
      written.add(table)
      await connection.beginTransaction()
      for (let from = 0; from < rows.length; from += mysqlBatchRows)
        await connection.query(`insert into ${table} (${columns.join()}) values ?`, [
          rows.slice(from, from + mysqlBatchRows),
        ])
      await connection.commit()
    },
    finish: async () => {
      await connection.query(`analyze table ${[...written].join()}`)
      await connection.end()
    },
  }
}

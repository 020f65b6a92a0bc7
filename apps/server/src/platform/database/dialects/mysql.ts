import { MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import type { ColumnTypes, Engine, Fault } from '../engine.ts'
import type { Database } from '../tables.ts'
import { constraintName, isConnectionError, type ServerOptions } from './server.ts'

export function mysqlEngine({ url, poolMax, statementTimeoutMs, onError }: ServerOptions): Engine {
  const pool = createPool({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectionLimit: poolMax,
    connectTimeout: 5_000,
    enableKeepAlive: true,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
  })
  pool.on('connection', (connection) => {
    connection.on('error', onError)
    // Strict mode, or a value that does not fit is cut off without a word (A21). The part in the comment is for
    // MariaDB alone, MySQL has no such limit.
    const limit = `/*M!100100 , max_statement_time = ${statementTimeoutMs / 1000} */`
    connection.query(
      `set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION' ${limit}`,
      ifFailed(onError),
    )
    // The isolation that PostgreSQL starts with; uniqueness in the schema and guarded updates do the rest.
    connection.query('set session transaction isolation level read committed', ifFailed(onError))
  })
  return {
    name: 'mysql',
    dialect: new MysqlDialect({ pool }),
    classify,
    columnTypes,
    tableOptions: 'engine = InnoDB default character set utf8mb4',
  }
}

function ifFailed(onError: (error: Error) => void): (error: Error | null) => void {
  return (error) => {
    if (error !== null) onError(error)
  }
}

// Most collations of MySQL and MariaDB compare 'a' and 'A ' as equal; these two do not, and each server has its own.
async function columnTypes(db: Database): Promise<ColumnTypes> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db)
  const isMariaDb = rows[0]?.version.includes('MariaDB') ?? false
  const collation = isMariaDb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
  return {
    id: 'char(36) character set ascii collate ascii_bin',
    time: 'bigint',
    text: (lengthMax) => `varchar(${lengthMax}) character set utf8mb4 collate ${collation}`,
  }
}

/** Error numbers, MariaDB and MySQL error reference. */
const unavailableErrors = new Set([
  1021 /* disk full */, 1040 /* too many connections */, 1047 /* Galera: node not ready */,
  1053 /* shutting down */, 1114 /* table full */, 1205 /* lock wait */, 1290 /* read-only */,
  1836 /* read-only */, 1927 /* connection killed */, 1969 /* statement time */, 3024,
])
const conflictErrors = new Set([1020 /* snapshot */, 1213 /* deadlock; Galera: certification conflict */])

function classify(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'other' }
  const number = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0
  if (number === 1062) {
    const key = /for key '([\w.]+)'$/.exec(error.message)?.[1]
    const constraint = key === undefined ? null : constraintName(key)
    return constraint === null ? { kind: 'other' } : { kind: 'unique', constraint }
  }
  if (conflictErrors.has(number)) return { kind: 'conflict' }
  if (unavailableErrors.has(number) || isConnectionError(error)) return { kind: 'unavailable' }
  return { kind: 'other' }
}

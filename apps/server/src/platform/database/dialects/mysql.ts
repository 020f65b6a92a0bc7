import { MysqlDialect, type MysqlPool, sql } from 'kysely'
import { createPool, type Pool } from 'mysql2'
import type { ColumnTypes, Engine, Fault } from '../engine.ts'
import type { Database } from '../tables.ts'
import {
  connectMaxMs,
  constraintName,
  isConnectionError,
  type ServerOptions,
  silenceMaxMs,
} from './server.ts'
import { watchSilence } from './silence.ts'

/** Callers that wait for a connection; memory is not for those of a database that never answers. */
const waitingMax = 1_000

export function mysqlEngine({ url, poolMax, statementTimeoutMs, onError }: ServerOptions): Engine {
  const pool = createPool({
    uri: url.replace(/^mariadb:/, 'mysql:'),
    connectionLimit: poolMax,
    connectTimeout: connectMaxMs,
    queueLimit: waitingMax,
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
  const silence = watchSilence(silenceMaxMs(statementTimeoutMs))
  pool.on('acquire', (connection) => silence.begin(connection))
  pool.on('release', (connection) => silence.end(connection))
  return {
    name: 'mysql',
    dialect: new MysqlDialect({ pool: withDeadline(pool) }),
    classify,
    columnTypes,
    tableOptions: 'engine = InnoDB default character set utf8mb4',
    indexNames: 'per table',
  }
}

// The pool lets callers wait for ever, also where its connections never come about.
function withDeadline(pool: Pool): MysqlPool {
  return {
    getConnection: (callback) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        callback(new Error('timeout exceeded when trying to connect'), undefined as never)
      }, connectMaxMs)
      pool.getConnection((error, connection) => {
        clearTimeout(timer)
        if (!isLate) callback(error, connection)
        else if (error === null) connection.release()
      })
    },
    end: (callback) => pool.end(callback),
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
    integer: 'int',
    text: (lengthMax) => `varchar(${lengthMax}) character set utf8mb4 collate ${collation}`,
  }
}

/**
 * Error numbers, MariaDB and MySQL error reference. Who runs the database can mend a refused sign-in and a missing
 * database.
 */
const unavailableErrors = new Set([
  1021 /* disk full */, 1040 /* too many connections */, 1044, 1045, 1698 /* access denied */,
  1047 /* Galera: node not ready */, 1049 /* no such database */, 1053 /* shutting down */,
  1114 /* table full */, 1205 /* lock wait */, 1290 /* read-only */, 1836 /* read-only */,
  1927 /* connection killed */, 1969 /* statement time */, 3024,
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

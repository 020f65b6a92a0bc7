import type { MysqlPool } from 'kysely'
import { createPool, type Pool } from 'mysql2'
import type { PoolUse } from '../engine.ts'
import { disconnect, watchResponses } from './response-timeout.ts'
import { connectMaxMs, responseTimeoutMs, type ServerOptions } from './server.ts'

/** How many callers may wait for a connection, so that a database that never answers cannot fill the memory. */
const waitingMax = 1_000

/** The connections to MySQL or MariaDB. */
export interface MysqlConnections {
  readonly pool: Pool
  /** The pool as Kysely uses it. */
  readonly queries: MysqlPool
  use(): PoolUse
}

/** This file loads the driver, so it is imported when the first connection is needed. */
export function openMysql({ url, poolMax, statementTimeoutMs, onError }: ServerOptions): MysqlConnections {
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
    for (const statement of sessionSettings(statementTimeoutMs))
      connection.query(statement, (error) => {
        // A connection that is only half set up is worse than none. The caller that waits for it gets the error.
        if (error !== null && !isUnknownVariable(error)) disconnect(connection, error)
      })
  })
  const queries = new LimitedPool(pool)
  const responses = watchResponses(responseTimeoutMs(statementTimeoutMs))
  pool.on('acquire', (connection) => responses.begin(connection))
  pool.on('release', (connection) => responses.end(connection))
  return {
    pool,
    queries,
    use: () => {
      const { all, idle } = connectionsOf(pool)
      return { inUse: all - idle, idle, waiting: queries.waiting, max: poolMax }
    },
  }
}

function sessionSettings(statementTimeoutMs: number): readonly string[] {
  return [
    // A server may start each connection with settings of its own (init_connect, skip-character-set-client-handshake).
    "set names utf8mb4, time_zone = '+00:00'",
    // Without strict mode, a value that does not fit is truncated silently (A21). Only MariaDB reads the part in the
    // comment; MySQL has no such limit.
    `set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'
      /*M!100100 , max_statement_time = ${statementTimeoutMs / 1000} */`,
    // The isolation that PostgreSQL starts with; uniqueness in the schema and guarded updates do the rest.
    'set session transaction isolation level read committed',
    // A Galera node applies the commits of other nodes a little after they are acknowledged, so a session that was
    // ended on one node would still be valid on another (I2). With 7, reads, transactions, updates and inserts wait
    // for every earlier commit in the cluster. Without a cluster it does nothing.
    'set session wsrep_sync_wait = 7',
  ]
}

/** MySQL, and a MariaDB that was built without Galera, have no `wsrep_sync_wait` and no need of it. */
function isUnknownVariable(error: Error): boolean {
  return 'errno' in error && error.errno === 1193
}

// The driver's pool lets callers wait without end, even if it can never connect.
class LimitedPool implements MysqlPool {
  readonly #pool: Pool
  waiting = 0

  constructor(pool: Pool) {
    this.#pool = pool
  }

  getConnection(callback: Parameters<MysqlPool['getConnection']>[0]): void {
    let isLate = false
    this.waiting += 1
    const timer = setTimeout(() => {
      isLate = true
      this.waiting -= 1
      callback(new Error('timeout exceeded when trying to connect'), undefined as never)
    }, connectMaxMs)
    this.#pool.getConnection((error, connection) => {
      clearTimeout(timer)
      if (!isLate) {
        this.waiting -= 1
        callback(error, connection)
      } else if (error === null) connection.release()
    })
  }

  end(callback: Parameters<MysqlPool['end']>[0]): void {
    this.#pool.end(callback)
  }
}

// mysql2 counts its connections in members that it does not declare; a test on MariaDB sees that they are there.
function connectionsOf(pool: Pool): { all: number; idle: number } {
  const { _allConnections: all, _freeConnections: free } = pool as unknown as Record<
    string,
    { length: number }
  >
  return { all: all?.length ?? 0, idle: free?.length ?? 0 }
}

import { Socket } from 'node:net'
import { type MysqlPool, sql } from 'kysely'
import { createPool, type Pool } from 'mysql2'
import type { ColumnTypes, Engine, Fault } from '../engine.ts'
import type { Database } from '../tables.ts'
import { ClusterDialect } from './galera-lock.ts'
import { mysqlObstacles } from './mysql-obstacles.ts'
import { type Watched, watchResponses } from './response-timeout.ts'
import {
  connectMaxMs,
  constraintName,
  isConnectionError,
  responseTimeoutMs,
  type ServerOptions,
} from './server.ts'

/** How many callers may wait for a connection, so that a database that never answers cannot fill the memory. */
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
    for (const statement of sessionSettings(statementTimeoutMs))
      connection.query(statement, (error) => {
        // A connection that is only half set up is worse than none. The caller that waits for it gets the error.
        if (error !== null && !isUnknownVariable(error)) disconnect(connection, error)
      })
  })
  const limitedPool = new LimitedPool(pool)
  const responses = watchResponses(responseTimeoutMs(statementTimeoutMs))
  pool.on('acquire', (connection) => responses.begin(connection))
  pool.on('release', (connection) => responses.end(connection))
  return {
    name: 'mysql',
    dialect: new ClusterDialect({ pool, queries: limitedPool }),
    classify,
    tableNames: 'select table_name as name from information_schema.tables where table_schema = database()',
    columnNames: `
      select table_name as \`table\`, column_name as \`column\` from information_schema.columns
      where table_schema = database()`,
    migrationSchema: async () => null,
    findObstacles: mysqlObstacles,
    columnTypes,
    tableOptions: 'engine = InnoDB default character set utf8mb4',
    changingTableOptions: '',
    partialIndexes: false,
    scrub: null,
    assertInPlace: () => undefined,
    poolUse: () => {
      const { all, idle } = connectionsOf(pool)
      return { inUse: all - idle, idle, waiting: limitedPool.waiting, max: poolMax }
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

function disconnect({ stream }: Watched, error: Error): void {
  if (stream instanceof Socket) stream.destroy(error)
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

// Most collations of MySQL and MariaDB compare 'a' and 'A ' as equal; these two do not, and each server has its own.
async function columnTypes(db: Database): Promise<ColumnTypes> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db)
  const isMariaDb = rows[0]?.version.includes('MariaDB') ?? false
  const collation = isMariaDb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
  return {
    id: 'char(36) character set ascii collate ascii_bin',
    time: 'bigint',
    integer: 'int',
    bytes: 'mediumblob',
    text: (lengthMax) => `varchar(${lengthMax}) character set utf8mb4 collate ${collation}`,
  }
}

/** Error numbers, MariaDB and MySQL error reference. Each has a cause that the operator can fix. */
const unavailableErrors = new Set([
  3, 20, 1021, 1026, 1030, 1114, 3675 /* disk full or failing; 3 is that of the binary log */, 1016, 1017,
  1023, 1024, 1033, 1034, 1035, 1194, 1195, 1812, 1932 /* a file of a table is missing or damaged */, 1037,
  1038, 1041, 1135 /* out of memory or threads */, 1040, 1129, 1130, 1203,
  1226 /* too many connections, or a refused host */, 1044, 1045, 1142, 1143, 1227, 1370,
  1698 /* access denied */, 1251, 1820, 1862, 3118, 4151 /* a password that expired, a locked user */, 1046,
  1049, 1054, 1146, 1286 /* no such database, table, column or storage engine */,
  1153 /* max_allowed_packet is too small */, 1267, 1273, 1366 /* a character set without the character */,
  1047 /* Galera: node not ready */, 1053 /* shutting down */, 1080, 1158, 1159, 1160, 1161, 1184,
  1927 /* connection */, 1180 /* commit failed */, 1205 /* lock wait; Galera: node too far behind */, 1290,
  1836, 1874 /* read-only */, 1317 /* statement killed */, 1969, 3024 /* statement time */,
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

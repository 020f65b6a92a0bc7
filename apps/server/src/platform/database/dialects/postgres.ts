import {
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
} from 'kysely'
import pg from 'pg'
import type { Engine, Fault } from '../engine.ts'
import { preparedName } from '../prepared-query.ts'
import { postgresObstacles } from './postgres-obstacles.ts'
import { watchResponses } from './response-timeout.ts'
import {
  connectMaxMs,
  constraintName,
  isConnectionError,
  responseTimeoutMs,
  type ServerOptions,
} from './server.ts'

const bigintOid = 20
const idleInTransactionMaxMs = 10_000

/**
 * The schema of our tables: the one in the search path that has them, or else the one in which new tables are created.
 * Other schemas of the same database may hold the tables of another Proxima.
 */
const ourSchema = `coalesce(
  (select relnamespace from pg_class where oid = to_regclass('proxima_migrations')),
  (select oid from pg_namespace where nspname = current_schema()))`

export function postgresEngine({ url, poolMax, statementTimeoutMs, onError }: ServerOptions): Engine {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    connectionTimeoutMillis: connectMaxMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'proxima',
    types: { getTypeParser: parserFor },
    verify: (client, done) => void prepare(client, statementTimeoutMs).then(done, done),
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError)
  // A connection that breaks while it is in use would also end the process: the pool listens only to idle ones.
  pool.on('connect', (client) => {
    client.on('error', onError)
    client.on('notice', ({ routine }) => refuseUnreplicated(client.connection, routine))
  })
  const responses = watchResponses(responseTimeoutMs(statementTimeoutMs))
  pool.on('acquire', (client) => responses.begin(client.connection))
  pool.on('release', (_error, client) => responses.end(client.connection))
  const types = {
    id: 'uuid',
    time: 'bigint',
    integer: 'integer',
    bytes: 'bytea',
    text: () => 'text collate "C"',
  }
  return {
    name: 'postgres',
    dialect: new PostgresDialect({ pool: planningPool(pool) }),
    classify,
    tableNames: `select relname as name from pg_class where relkind = any ('{r,p}') and relnamespace = ${ourSchema}`,
    columnNames: `
      select relname as "table", attname as "column" from pg_class join pg_attribute on attrelid = pg_class.oid
      where relnamespace = ${ourSchema} and relkind <> 'i' and attnum > 0 and not attisdropped`,
    migrationSchema: async (db) => {
      const { rows } = await sql<{ name: string | null }>`
        select nspname as name from pg_namespace where oid = ${sql.raw(ourSchema)}`.execute(db)
      return rows[0]?.name ?? null
    },
    findObstacles: (db, need) =>
      postgresObstacles(db, { ...need, connectionsMax: poolMax, schema: ourSchema }),
    columnTypes: async () => types,
    tableOptions: '',
    // Leaves room on each page for new versions of its rows, so that most updates write no index (HOT).
    changingTableOptions: 'with (fillfactor = 80)',
    partialIndexes: true,
    scrub: null,
    assertInPlace: () => undefined,
    poolUse: () => ({
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      max: poolMax,
    }),
  }
}

/** Plans a prepared query once for each connection, because PostgreSQL takes longer to plan it than to answer it. */
class PlanningClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(
    text: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== 'string') throw new Error('streaming is not supported on PostgreSQL')
    const name = preparedName(text)
    const statement = { text, values: [...values], ...(name !== undefined && { name }) }
    const sent: Promise<unknown> = this.#client.query(statement)
    return sent as Promise<PostgresQueryResult<R>>
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy)
  }
}

function planningPool(pool: pg.Pool): PostgresPool {
  // Kysely identifies a connection by its client.
  const clients = new WeakMap<pg.PoolClient, PlanningClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect()
      const planning = clients.get(client) ?? new PlanningClient(client)
      clients.set(client, planning)
      return planning
    },
  }
}

/**
 * Sets up a new connection, and refuses that of a standby. A standby also answers, and a session that was revoked on the
 * primary may still be valid there (I2). After a failover, callers wait until the address leads to the new primary.
 *
 * The settings are not startup parameters, because PgBouncer refuses all of those that it does not know.
 */
async function prepare(client: pg.PoolClient, statementTimeoutMs: number): Promise<undefined> {
  const { rows } = await client.query<{ standby: boolean }>(
    `select set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $2, false),
      set_config('timezone', 'UTC', false), pg_is_in_recovery() as standby`,
    [`${statementTimeoutMs}ms`, `${idleInTransactionMaxMs}ms`],
  )
  if (rows[0]?.standby !== false) throw new StandbyAnswered()
}

class StandbyAnswered extends Error {
  /** SQLSTATE read_only_sql_transaction: what a standby answers to the first write. */
  readonly code = '25006'

  constructor() {
    super('the server is a standby: PROXIMA_DATABASE_URL must lead to the primary')
    this.name = 'StandbyAnswered'
  }
}

// If an operator cancels a commit that waits for a synchronous standby, PostgreSQL warns that the standby may not have it,
// and then reports success. A failover could lose that commit, so it is not acknowledged (I12): its outcome is unknown.
function refuseUnreplicated(connection: pg.Connection, routine: string | undefined): void {
  if (routine !== 'SyncRepWaitForLSN') return
  // Reports the error now, not when the stream has closed: the packet that is being read may already hold the success.
  connection.emit('error', new ReplicationCancelled())
  connection.stream.destroy()
}

class ReplicationCancelled extends Error {
  /** SQLSTATE transaction_resolution_unknown. */
  readonly code = '08007'

  constructor() {
    super('a commit was cancelled while it waited for the synchronous standby')
    this.name = 'ReplicationCancelled'
  }
}

// pg does not declare what a parser returns.
function parserFor(oid: number): (text: string) => unknown {
  if (oid === bigintOid) return safeInteger
  return pg.types.getTypeParser(oid, 'text') as (text: string) => unknown
}

// pg returns 64-bit integers as text. Our times and counts are far below 2^53.
function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('integer beyond 2^53')
  return value
}

/**
 * SQLSTATE classes and codes, PostgreSQL manual, appendix A. Each has a cause that the operator can fix: the connection
 * (08), a refused sign-in (28), a missing database (3D) or schema (3F), resources (53), the state of a database or
 * object (55), an operator or a shutdown (57), the system (58), a damaged configuration or file (F0, XX), a transaction
 * that was idle (25P03), a server that only reads (25006), a missing right (42501), a table or column that an operator
 * removed (42P01, 42703), an encoding without the character (22P05), and a pooler that gives each statement another
 * connection (26000, 42P05).
 */
const unavailableStates = /^(?:08|28|3D|3F|53|55|57|58|F0|XX|25006|25P03|42501|42P01|42703|22P05|26000|42P05)/
const conflictStates = new Set(['40001', '40P01'])

function classify(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'other' }
  const code = 'code' in error ? String(error.code) : ''
  if (code === '23505') {
    const constraint = 'constraint' in error ? constraintName(String(error.constraint)) : null
    return constraint === null ? { kind: 'other' } : { kind: 'unique', constraint }
  }
  if (conflictStates.has(code)) return { kind: 'conflict' }
  if (unavailableStates.test(code) || isConnectionError(error)) return { kind: 'unavailable' }
  return { kind: 'other' }
}

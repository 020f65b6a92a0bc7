import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { preparedName } from '../prepared-query.ts'
import { watchResponses } from './response-timeout.ts'
import { connectMaxMs, responseTimeoutMs, type ServerOptions } from './server.ts'

const bigintOid = 20
const idleInTransactionMaxMs = 10_000

/** The connections to PostgreSQL. This file loads the driver, so it is imported when the first one is needed. */
export function postgresPool({ url, poolMax, statementTimeoutMs, onError }: ServerOptions): pg.Pool {
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
  return pool
}

/** The pool as Kysely uses it. */
export function planningPool(pool: pg.Pool): PostgresPool {
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

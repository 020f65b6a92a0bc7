import { Kysely, sql } from 'kysely'
import type { DatabaseLocation } from '../config/url-parsers.ts'
import type { Tracing } from '../kernel/tracing.ts'
import { mysqlEngine } from './dialects/mysql.ts'
import { postgresEngine } from './dialects/postgres.ts'
import { sqliteEngine } from './dialects/sqlite.ts'
import type { Engine } from './engine.ts'
import { withFaults } from './faults.ts'
import { withSpans } from './spans.ts'
import type { Database, Tables } from './tables.ts'

export interface ConnectOptions {
  readonly poolMax: number
  readonly statementTimeoutMs: number
  readonly onError: (error: Error) => void
  /**
   * Must end the process at once: the disk failed to store data that others can already read. A server passes it. Without
   * it, SQLite itself waits for the disk in each commit, which stops the event loop.
   */
  readonly onLostWrites?: (error: Error) => void
  /** Records every statement of a traced request. */
  readonly tracing?: Tracing | null
}

export interface Connection {
  readonly db: Database
  readonly engine: Engine
}

/** Does not connect yet. The first query connects, and so does the first query after an outage. */
export function connect(location: DatabaseLocation, options: ConnectOptions): Connection {
  const engine = engineFor(location, options)
  const { tracing = null } = options
  const dialect = withFaults(engine)
  return {
    db: new Kysely<Tables>({
      dialect: tracing === null ? dialect : withSpans(dialect, tracing, semanticNames[engine.name]),
    }),
    engine,
  }
}

/** The names of the Semantic Conventions (`db.system.name`). */
const semanticNames = { sqlite: 'sqlite', postgres: 'postgresql', mysql: 'mysql' } as const

function engineFor(location: DatabaseLocation, options: ConnectOptions): Engine {
  switch (location.engine) {
    case 'sqlite':
      return sqliteEngine(location.path, { onLostWrites: null, ...options })
    case 'postgres':
      return postgresEngine({ ...options, url: location.url })
    case 'mysql':
      return mysqlEngine({ ...options, url: location.url })
  }
}

/** @throws `unavailable` if the engine does not answer */
export async function ping(db: Database): Promise<void> {
  await db.selectNoFrom(sql<number>`1`.as('one')).execute()
}

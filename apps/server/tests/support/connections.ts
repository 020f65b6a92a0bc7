import { loadConfig } from '../../src/platform/config/load-config.ts'
import { type Connection, connect } from '../../src/platform/database/connect.ts'

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

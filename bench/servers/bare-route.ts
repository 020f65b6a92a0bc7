import { fileURLToPath } from 'node:url'
import { type ServerProcess, startProcess } from './server-process.ts'

const program = fileURLToPath(new URL('bare-route-program.ts', import.meta.url))

export interface BareRouteOptions {
  /** The answer of `GET /json`. */
  readonly json?: unknown
  /** The answer of `GET /page`. */
  readonly page?: string
  /** The database from which `GET /row` reads an account: PostgreSQL or MariaDB. */
  readonly accountsUrl?: string
  readonly accountId?: string
  /** An empty database, for `POST /durable` and `POST /durable-signature`. */
  readonly databaseUrl?: string
}

/** Starts the limits: Fastify, and the least work that each route must do. */
export function startBareRoute(options: BareRouteOptions): Promise<ServerProcess> {
  const { json = {}, page = '', accountsUrl = '', accountId = '', databaseUrl = '' } = options
  return startProcess({
    args: [program],
    env: ({ port }) => ({
      BENCH_PORT: String(port),
      BENCH_JSON: JSON.stringify(json),
      BENCH_PAGE: page,
      BENCH_ACCOUNTS_URL: accountsUrl,
      BENCH_ACCOUNT_ID: accountId,
      BENCH_DATABASE_URL: databaseUrl,
    }),
    readyPath: '/json',
  })
}

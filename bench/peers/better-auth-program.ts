import { createServer } from 'node:http'
import { env } from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'

/**
 * Better Auth as its own guide sets it up: a SQLite file with Node's driver, or a pool of `pg`, and otherwise its
 * defaults.
 */
const port = Number(env['BENCH_PORT'])
const { BENCH_POSTGRES_URL: postgresUrl, BENCH_SQLITE_PATH: sqlitePath } = env
const options = {
  database: postgresUrl ? new pg.Pool({ connectionString: postgresUrl }) : new DatabaseSync(sqlitePath ?? ''),
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'only-for-benchmarks-7c1f0a94d2be4856b3e1',
  emailAndPassword: { enabled: true },
  // As with Proxima, because all requests come from one address.
  rateLimit: { enabled: false },
}

const migrations = await getMigrations(options)
await migrations.runMigrations()
createServer(toNodeHandler(betterAuth(options))).listen(port, '127.0.0.1')

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { examine } from '../../src/cli/doctor/examine.ts'
import type { Finding } from '../../src/features/administration/deployment/model.ts'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import type { Environment } from '../../src/platform/config/read-given.ts'
import { type Connection, connect } from '../../src/platform/database/connect.ts'
import { migrateUp } from '../../src/platform/database/migrator.ts'
import type { TestDatabase, TestEngine } from './engines.ts'
import { testSecret } from './test-server.ts'

export interface Deployment {
  readonly env: Environment
  readonly dataDir: string
  readonly connection: Connection
  remove(): Promise<void>
}

/** What a careful operator sets up for production. */
export async function deploy(engine: TestEngine): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), 'proxima-test-'))
  const dataDir = join(folder, 'data')
  await mkdir(dataDir, { mode: 0o700 })
  const secretFile = join(folder, 'master-secret')
  await writeFile(secretFile, testSecret, { mode: 0o400 })
  const database: TestDatabase = await engine.createDatabase()
  const env = {
    PROXIMA_ENV: 'production',
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
    PROXIMA_SECRET_FILE: secretFile,
    PROXIMA_DATABASE_URL: database.url,
    PROXIMA_DATA_DIR: dataDir,
    PROXIMA_DEFAULT_REGION: 'KE',
    PROXIMA_METRICS_TOKEN: 'metrics-token-only-for-tests-5f0c7a91',
    PROXIMA_MAIL_URL: 'smtp://127.0.0.1',
    PROXIMA_PORT: '0',
  }
  const { databaseUrl } = loadConfig(env)
  const connection = connect(databaseUrl, { poolMax: 2, statementTimeoutMs: 0, onError: () => undefined })
  await migrateUp(connection)
  const remove = async () => {
    await connection.db.destroy()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
  return { env, dataDir, connection, remove }
}

// The machine that runs the tests is not part of the deployment.
const ofTheMachine = new Set([
  'disk_nearly_full',
  'database_in_memory',
  'database_in_container',
  'hash_cheap',
  'hash_slow',
  'hash_queue_deep',
  'node_not_long_term',
])

/** The findings that are not about the machine. */
export async function find(env: Environment): Promise<Finding[]> {
  return (await examine(env)).filter(({ code }) => !ofTheMachine.has(code))
}

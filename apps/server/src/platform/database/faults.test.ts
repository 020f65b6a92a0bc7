import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../tests/support/account-rows.ts'
import { engines } from '../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../tests/support/test-database.ts'
import { ConfigError } from '../config/config-error.ts'
import { ping } from './connect.ts'
import { mysqlEngine } from './dialects/mysql.ts'
import { postgresEngine } from './dialects/postgres.ts'
import { sqliteEngine } from './dialects/sqlite.ts'
import { reasonOf, withFaults } from './faults.ts'
import type { Database, Tables, Transaction } from './tables.ts'
import { inTransaction } from './transactions.ts'

// SQLite is in the process and has no connection to lose.
const servers = engines.filter(({ name }) => name !== 'SQLite')
it.skipIf(servers.length > 0)('needs PROXIMA_TEST_POSTGRES_URL or PROXIMA_TEST_MYSQL_URL')

const unavailable = { problem: { code: 'unavailable' } }

describe.each(servers)('on $name', (engine) => {
  let database: MigratedDatabase
  let db: Database
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    db = database.db
  })
  afterAll(async () => await database?.drop())

  const isPostgres = engine.name === 'PostgreSQL'

  async function connectionOf(transaction: Transaction): Promise<number> {
    const id = isPostgres ? sql<number>`pg_backend_pid()` : sql<number>`connection_id()`
    const { rows } = await sql<{ id: number }>`select ${id} as id`.execute(transaction)
    return Number(rows[0]?.id)
  }

  /** As an operator does, or a server that stops. */
  async function end(connection: number): Promise<void> {
    const number = sql.lit(connection)
    await (isPostgres ? sql`select pg_terminate_backend(${number}, 5000)` : sql`kill ${number}`).execute(db)
  }

  /** Takes long, so that the test can ask for it to be stopped. */
  const sleep = (transaction: Transaction) =>
    (isPostgres ? sql`select pg_sleep(20)` : sql`select sleep(20) from accounts`).execute(transaction)

  async function cancelSoon(connection: number): Promise<void> {
    const number = sql.lit(connection)
    const isAsleep = async () => {
      const { rows } = isPostgres
        ? await sql`select 1 from pg_stat_activity where pid = ${number} and query like '%pg_sleep%'`.execute(
            db,
          )
        : await sql`select 1 from information_schema.processlist where id = ${number} and info like '%sleep%'`.execute(
            db,
          )
      return rows.length > 0
    }
    await expect.poll(isAsleep, { timeout: 10_000, interval: 20 }).toBe(true)
    await (isPostgres ? sql`select pg_cancel_backend(${number})` : sql`kill query ${number}`).execute(db)
  }

  it.each([
    ['between two statements', async () => undefined],
    ['before the commit, so its outcome is unknown', null],
  ])('a connection that is lost %s is unavailable, and the work is not done again', async (_when, next) => {
    let runs = 0
    const losing = inTransaction(db, async (transaction) => {
      runs++
      await insertAccount(transaction)
      await end(await connectionOf(transaction))
      if (next !== null) await insertAccount(transaction)
    })
    await expect(losing).rejects.toMatchObject(unavailable)
    expect(runs).toBe(1)
    expect(await db.selectFrom('accounts').select('id').execute()).toEqual([])
    // The next one gets another connection.
    expect(await inTransaction(db, async () => 'done')).toBe('done')
  })

  it('a statement that an operator stops is unavailable', async () => {
    await insertAccount(db)
    await inTransaction(db, async (transaction) => {
      const connection = await connectionOf(transaction)
      const sleeping = expect(sleep(transaction)).rejects.toMatchObject(unavailable)
      await Promise.all([sleeping, cancelSoon(connection)])
    }).catch(() => undefined)
    await db.deleteFrom('accounts').execute()
  })
})

const options = { poolMax: 1, statementTimeoutMs: 0, onError: () => undefined }

describe('a connection that cannot be made', () => {
  const failing = async (error: Error) => {
    const { dialect } = sqliteEngine('/nowhere/test.sqlite', { ...options, onLostWrites: null })
    const createDriver = () => {
      const driver = dialect.createDriver()
      return Object.assign(driver, {
        init: async () => undefined,
        acquireConnection: () => Promise.reject(error),
      })
    }
    const db = new Kysely<Tables>({
      dialect: withFaults({ dialect: { ...dialect, createDriver }, classify: () => ({ kind: 'other' }) }),
    })
    return await ping(db).catch((failure: unknown) => failure)
  }

  it.each([
    ['self-signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
    ["Hostname/IP does not match certificate's altnames", { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['The server does not support SSL connections', {}],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', {}],
    ['unsupported startup parameter: options', { code: '08P01' }],
  ])('is unavailable, whatever the driver says: %s', async (message, properties) => {
    const failure = await failing(Object.assign(new Error(message), properties))
    expect(failure).toMatchObject(unavailable)
    expect(reasonOf(failure)).toBe(message)
  })

  it('stays a mistake in the configuration if it is one', async () => {
    const mistake = new ConfigError(['The folder is missing.'])
    expect(await failing(mistake)).toBe(mistake)
  })
})

/** What only a cluster says, or a server that fails over. */
describe('an error of a server', () => {
  const mariaDb = mysqlEngine({ ...options, url: 'mysql://127.0.0.1:1/nowhere' })
  it.each([
    [1213, '40001', 'conflict'],
    [1020, 'HY000', 'conflict'],
    [1047, '08S01', 'unavailable'],
    [1180, 'HY000', 'unavailable'],
    [1205, 'HY000', 'unavailable'],
    [1290, 'HY000', 'unavailable'],
    [1064, '42000', 'other'],
  ])('as MariaDB error %i (%s) is a fault of the kind %s', (errno, sqlState, kind) => {
    expect(mariaDb.classify(Object.assign(new Error(), { errno, sqlState }))).toEqual({ kind })
  })

  const postgres = postgresEngine({ ...options, url: 'postgres://127.0.0.1:1/nowhere' })
  it.each([
    ['40001', 'conflict'],
    ['40P01', 'conflict'],
    ['57P01', 'unavailable'],
    ['57P03', 'unavailable'],
    ['25006', 'unavailable'],
    ['25P03', 'unavailable'],
    ['42601', 'other'],
  ])('as PostgreSQL state %s is a fault of the kind %s', (code, kind) => {
    expect(postgres.classify(Object.assign(new Error(), { code }))).toEqual({ kind })
  })
})

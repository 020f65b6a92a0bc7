import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/platform/database/tables.ts'
import { connectTo } from '../support/connections.ts'
import { engines, type TestDatabase } from '../support/engines.ts'
import { hasPgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import { endLeftovers } from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'
import { startTestServer } from '../support/test-server.ts'

const postgres = engines.filter(({ name }) => name === 'PostgreSQL')
const mariaDb = engines.filter(({ name }) => name === 'MariaDB')
it.skipIf(postgres.length > 0)('PostgreSQL needs PROXIMA_TEST_POSTGRES_URL')
it.skipIf(mariaDb.length > 0)('MariaDB needs PROXIMA_TEST_MYSQL_URL')

async function run(url: string, ...statements: readonly string[]): Promise<void> {
  const { db } = connectTo(url)
  for (const statement of statements) await sql.raw(statement).execute(db)
  await db.destroy()
}

async function read(db: Database, query: string): Promise<unknown> {
  const { rows } = await sql.raw<object>(query).execute(db)
  return rows[0]
}

async function expectUnavailable(client: TestClient, token: string): Promise<void> {
  for (const { status, body, headers } of [
    await client.get('/readyz'),
    await client.me(token),
    await client.register({ username: 'brian' }),
  ]) {
    expect([status, body.code]).toEqual([503, 'unavailable'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
}

describe.each(postgres)('a server on $name', (engine) => {
  let database: TestDatabase
  let name: string
  /** Another database of the same server, for statements about the first. */
  let elsewhere: string
  beforeEach(async () => {
    database = await engine.createDatabase()
    name = new URL(database.url).pathname.slice(1)
    elsewhere = Object.assign(new URL(database.url), { pathname: '/postgres' }).href
    return async () => await database.drop()
  })
  afterEach(endLeftovers)

  const settings = `select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle, current_setting('timezone') as zone`
  const expected = { statement: '10s', idle: '10s', zone: 'UTC' }

  it.skipIf(!hasPgBouncer)('works through PgBouncer with its defaults (needs pgbouncer)', async () => {
    const databaseUrl = await startPgBouncer(database.url, 'session')
    const server = await startTestServer(engine, { databaseUrl })
    expect((await server.client.get('/readyz')).status).toBe(200)
    const { token } = await server.client.signUp('amina')
    expect((await server.client.me(token)).status).toBe(200)
    await server.close()
    const { db } = connectTo(databaseUrl)
    expect(await read(db, settings)).toEqual(expected)
    await db.destroy()
  })

  it('has its own timeouts and time zone, whatever the database sets', async () => {
    await run(
      elsewhere,
      `alter database ${name} set timezone = 'Asia/Kathmandu'`,
      `alter database ${name} set statement_timeout = 0`,
    )
    const { db } = connectTo(database.url)
    expect(await read(db, settings)).toEqual(expected)
    await db.destroy()
  })

  it('shares the database with another one, each in its own schema', async () => {
    await run(database.url, 'create schema a', 'create schema "B-2"')
    const inSchema = (schema: string) =>
      `${database.url}?options=${encodeURIComponent(`-c search_path="${schema}"`)}`
    const [one, other] = [
      await startTestServer(engine, { databaseUrl: inSchema('a') }),
      await startTestServer(engine, { databaseUrl: inSchema('B-2') }),
    ]
    for (const { client } of [one, other]) {
      expect((await client.get('/readyz')).status).toBe(200)
      // Unknown in the other one, so it is free in both.
      expect((await client.register({ username: 'amina' })).status).toBe(201)
    }
    await one.close()
    await other.close()
    const { db } = connectTo(database.url)
    const count = (schema: string) =>
      read(db, `select count(*) as tables from information_schema.tables where table_schema = '${schema}'`)
    expect(await count('B-2')).toEqual(await count('a'))
    expect(await count('public')).toEqual({ tables: 0 })
    await db.destroy()
  })

  it('finds its tables in a later schema of the search path', async () => {
    const first = await startTestServer(engine, { databaseUrl: database.url })
    const { user } = await first.client.signUp('amina')
    await first.close()
    await run(database.url, `create schema "${new URL(database.url).username}"`)
    const second = await startTestServer(engine, { databaseUrl: database.url })
    const again = await second.client.login({ username: 'amina', password: 'correct horse battery staple' })
    expect((await second.client.me(again.body.access_token as string)).body.id).toBe(user.id)
    await second.close()
  })

  it('answers 503 while the database accepts no connections, and goes on by itself', async () => {
    const server = await startTestServer(engine, { databaseUrl: database.url })
    const { token } = await server.client.signUp('amina')
    await run(
      elsewhere,
      `alter database ${name} allow_connections false`,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`,
    )
    await expectUnavailable(server.client, token)
    await run(elsewhere, `alter database ${name} allow_connections true`)
    expect((await server.client.me(token)).status).toBe(200)
    await server.close()
  })
})

describe.each(mariaDb)('a server on $name', (engine) => {
  const user = `proxima_test_${randomBytes(4).toString('hex')}`
  let database: TestDatabase
  let name: string
  let url: string
  beforeEach(async () => {
    database = await engine.createDatabase()
    name = new URL(database.url).pathname.slice(1)
    url = Object.assign(new URL(database.url), { username: user, password: 'only-for-tests' }).href
    await run(
      database.url,
      `create user ${user}@'%' identified by 'only-for-tests'`,
      `grant all on ${name}.* to ${user}@'%'`,
    )
    return async () => {
      await run(database.url, 'set global init_connect = default', `drop user ${user}@'%'`)
      await database.drop()
    }
  })

  it('has its own character set and time zone, whatever the database sets', async () => {
    await run(database.url, `set global init_connect = "set names latin1, time_zone = '+05:45'"`)
    const server = await startTestServer(engine, { databaseUrl: url })
    expect((await server.client.register({ username: '山田太郎' })).body.username).toBe('山田太郎')
    await server.close()
    const { db } = connectTo(url)
    expect(await read(db, 'select @@character_set_client as charset, @@time_zone as zone')).toEqual({
      charset: 'utf8mb4',
      zone: '+00:00',
    })
    expect(await read(db, 'select username from accounts')).toEqual({ username: '山田太郎' })
    await db.destroy()
  })

  it('answers 503 while its user lacks a right, and goes on by itself', async () => {
    const server = await startTestServer(engine, { databaseUrl: url })
    const { token } = await server.client.signUp('amina')
    await run(database.url, `revoke all on ${name}.* from ${user}@'%'`, `kill user ${user}`)
    await expectUnavailable(server.client, token)
    await run(database.url, `grant all on ${name}.* to ${user}@'%'`)
    expect((await server.client.me(token)).status).toBe(200)
    await server.close()
  })
})

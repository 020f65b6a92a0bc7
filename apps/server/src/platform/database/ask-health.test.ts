import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { connectLikeCommand } from '../../../tests/support/connections.ts'
import { engines } from '../../../tests/support/engines.ts'
import { createMigratedDatabase } from '../../../tests/support/test-database.ts'
import { mysqlWeaknesses } from './dialects/mysql-health.ts'
import { postgresWeaknesses } from './dialects/postgres-health.ts'
import { sqliteHealth } from './dialects/sqlite-health.ts'

describe('SQLite', () => {
  const [engine] = engines

  it.each([
    ['off', ['synchronous']],
    ['normal', ['synchronous']],
    ['full', []],
    ['extra', []],
  ])('with synchronous = %s is weak in %j', async (level, weak) => {
    if (engine === undefined) throw new Error('SQLite is always there')
    const database = await createMigratedDatabase(engine)
    const { db } = connectLikeCommand(database.url)
    try {
      expect((await sqliteHealth(db)).weaknesses).toEqual([])
      await sql`pragma synchronous = ${sql.raw(level)}`.execute(db)
      expect((await sqliteHealth(db)).weaknesses.map(({ setting }) => setting)).toEqual(weak)
    } finally {
      await db.destroy()
      await database.drop()
    }
  })
})

describe('PostgreSQL', () => {
  const durable = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }

  it.each([
    [{}, []],
    [{ synchronous_commit: 'remote_apply' }, []],
    [{ synchronous_commit: 'off' }, ['synchronous_commit']],
    [{ fsync: 'off', full_page_writes: 'off' }, ['fsync', 'full_page_writes']],
  ])('with %j is weak in %j', (changes, weak) => {
    const settings = new Map(Object.entries({ ...durable, ...changes }))
    expect(postgresWeaknesses(settings).map(({ setting }) => setting)).toEqual(weak)
  })
})

describe('MariaDB', () => {
  const durable = {
    innodb_flush_log_at_trx_commit: '1',
    innodb_doublewrite: 'ON',
    log_bin: 'OFF',
    sync_binlog: '0',
  }

  it.each([
    [{}, []],
    [{ innodb_flush_log_at_trx_commit: '2' }, ['innodb_flush_log_at_trx_commit']],
    [{ innodb_flush_log_at_trx_commit: '0' }, ['innodb_flush_log_at_trx_commit']],
    [{ innodb_doublewrite: 'OFF' }, ['innodb_doublewrite']],
    [{ log_bin: 'ON' }, ['sync_binlog']],
    [{ log_bin: 'ON', sync_binlog: '1' }, []],
  ])('with %j is weak in %j', (changes, weak) => {
    const variables = new Map(Object.entries({ ...durable, ...changes }))
    expect(mysqlWeaknesses(variables).map(({ setting }) => setting)).toEqual(weak)
  })
})

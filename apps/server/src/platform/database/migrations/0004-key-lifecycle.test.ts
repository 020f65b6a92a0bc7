import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines, type TestDatabase } from '../../../../tests/support/engines.ts'
import { loadConfig } from '../../config/load-config.ts'
import { type Connection, connect } from '../connect.ts'
import { signingKeys } from './0003-signing-keys.ts'
import { keyLifecycle } from './0004-key-lifecycle.ts'
import type { MigrationContext } from './migration.ts'

const before = { kid: 'a', public_jwk: '{}', private_jwk_sealed: 'v1.x', created_at: 1 }
const none = { activates_at: null, retires_at: null, predecessor: null }

describe.each(engines)('the life of a signing key on $name', (engine) => {
  let database: TestDatabase
  let connection: Connection
  let context: MigrationContext
  beforeEach(async () => {
    database = await engine.createDatabase()
    const { databaseUrl } = loadConfig({ PROXIMA_DATABASE_URL: database.url })
    connection = connect(databaseUrl, { poolMax: 2, statementTimeoutMs: 10_000, onError: () => undefined })
    const { tableOptions, indexNames, partialIndexes } = connection.engine
    context = {
      types: await connection.engine.columnTypes(connection.db),
      tableOptions,
      indexNames,
      partialIndexes,
    }
    await signingKeys.up(untyped(), context)
    await connection.db.insertInto('signing_keys').values(before).execute()
  })
  afterEach(async () => {
    await connection?.db.destroy()
    await database?.drop()
  })

  /** A migration knows no tables. */
  const untyped = () => connection.db as unknown as Kysely<unknown>
  const rows = () => connection.db.selectFrom('signing_keys').selectAll().orderBy('kid').execute()

  it('is added to the keys there are, and the version before goes on making keys', async () => {
    await keyLifecycle.up(untyped(), context)
    await connection.db
      .insertInto('signing_keys')
      .values({ ...before, kid: 'b' })
      .execute()
    expect(await rows()).toEqual([
      { ...before, ...none },
      { ...before, ...none, kid: 'b' },
    ])
  })

  it('may be added again where it was cut off, and be taken back', async () => {
    await keyLifecycle.up(untyped(), context)
    await keyLifecycle.up(untyped(), context)
    await keyLifecycle.down(untyped(), context)
    await keyLifecycle.down(untyped(), context)
    expect(await rows()).toEqual([before])
  })
})

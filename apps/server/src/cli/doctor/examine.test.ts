import { once } from 'node:events'
import { chmod, open as openFile, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Deployment, deploy, find } from '../../../tests/support/deployment.ts'
import { engines } from '../../../tests/support/engines.ts'
import { isProblem } from '../../features/administration/deployment/model.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import type { Environment } from '../../platform/config/read-given.ts'
import { migrateDown, migrateUp } from '../../platform/database/migrator.ts'
import { markUnfinished, unmarkUnfinished } from '../../platform/database/unfinished-copy.ts'
import { examine } from './examine.ts'

describe.each(engines)('the doctor of a deployment on $name', (engine) => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await deploy(engine)
  })
  afterAll(async () => await deployment?.remove())

  it('has no findings if all is well', async () => {
    expect(await find(deployment.env)).toEqual([])
  })

  it('finds missing tables, which are an error if no start creates them', async () => {
    await migrateDown(deployment.connection, { all: false })
    try {
      expect(await find(deployment.env)).toMatchObject([{ severity: 'note', code: 'migrations_pending' }])
      const env = { ...deployment.env, PROXIMA_MIGRATE: 'off' }
      expect(await find(env)).toMatchObject([{ severity: 'error', code: 'migrations_pending' }])
    } finally {
      await migrateUp(deployment.connection)
    }
  })

  it('finds a copy that did not finish', async () => {
    await markUnfinished(deployment.connection.db)
    try {
      expect(await find(deployment.env)).toMatchObject([{ severity: 'error', code: 'copy_unfinished' }])
    } finally {
      await unmarkUnfinished(deployment.connection.db)
    }
  })

  it.skipIf(engine.name === 'SQLite')('finds a pool that is larger than the database allows', async () => {
    const found = await find({ ...deployment.env, PROXIMA_DATABASE_POOL_MAX: '500' })
    expect(found).toMatchObject([{ severity: 'error', code: 'pool_too_large' }])
  })
})

const [sqlite] = engines
const postgres = engines.filter(({ name }) => name === 'PostgreSQL')
const servers = engines.filter(({ name }) => name !== 'SQLite')

it.each(postgres)('finds commits that do not wait for the disk on $name', async (engine) => {
  const deployment = await deploy(engine)
  try {
    const { db } = deployment.connection
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
    await sql`alter database ${sql.id(rows[0]?.name ?? '')} set synchronous_commit = off`.execute(db)
    expect(await find(deployment.env)).toMatchObject([
      {
        severity: 'error',
        code: 'durability_weak',
        summary: expect.stringContaining('synchronous_commit = off'),
      },
    ])
  } finally {
    await deployment.remove()
  }
})

it.each(servers)('finds that $name is down, and shows no password', async (engine) => {
  const deployment = await deploy(engine)
  await deployment.remove()
  const scheme = engine.name === 'PostgreSQL' ? 'postgres' : 'mysql'
  const env = { PROXIMA_DATABASE_URL: `${scheme}://proxima:s3cret@127.0.0.1:1/proxima` }
  const [worst, ...others] = await examine(env)
  expect(worst).toMatchObject({ severity: 'error', code: 'database_unreachable' })
  expect(worst?.summary).toContain('127.0.0.1:1')
  expect(JSON.stringify([worst, ...others])).not.toContain('s3cret')
})

describe('the doctor of a deployment with one fault', () => {
  let deployment: Deployment
  let env: Environment
  beforeEach(async () => {
    if (sqlite === undefined) throw new Error('SQLite is always there')
    deployment = await deploy(sqlite)
    env = deployment.env
    return async () => await deployment.remove()
  })

  const files = () => loadConfig(env).databaseUrl as { path: string }

  it.each(['', '-wal', '-shm'])('finds that others can read the database%s', async (side) => {
    const path = files().path + side
    await chmod(path, 0o644)
    const found = await find(env)
    expect(found).toMatchObject([{ severity: 'error', code: 'database_exposed', summary: /0644/ }])
    expect(found[0]?.advice).toBe(`Run: chmod 600 ${path}`)
  })

  it('finds a folder in which a start can create nothing', async () => {
    const file = join(deployment.dataDir, 'file')
    await writeFile(file, 'no folder')
    const found = await find({ ...env, PROXIMA_DATABASE_URL: `sqlite:${join(file, 'below', 'x.sqlite')}` })
    expect(found[0]).toMatchObject({ severity: 'error', code: 'data_dir_unusable' })
    const asDataDir = { PROXIMA_DATA_DIR: join(file, 'data'), PROXIMA_PORT: '0' }
    expect((await find(asDataDir))[0]).toMatchObject({ severity: 'error', code: 'data_dir_unusable' })
  })

  it('finds an address that does not belong to this machine, and notes a port that is taken', async () => {
    // TEST-NET-3 (RFC 5737) belongs to no machine.
    expect(await find({ ...env, PROXIMA_HOST: '203.0.113.5' })).toMatchObject([
      { severity: 'error', code: 'address_refused', summary: /203\.0\.113\.5 is not an address/ },
    ])
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    try {
      expect(await find({ ...env, PROXIMA_PORT: String(port) })).toMatchObject([
        { severity: 'note', code: 'port_in_use' },
      ])
    } finally {
      holder.close()
    }
  })

  it('finds a data folder that others can write to, and notes one that they can read', async () => {
    await chmod(deployment.dataDir, 0o777)
    expect(await find(env)).toMatchObject([{ severity: 'error', code: 'data_dir_exposed' }])
    await chmod(deployment.dataDir, 0o755)
    expect(await find(env)).toMatchObject([{ severity: 'note', code: 'data_dir_listed' }])
  })

  it('finds a secret that others can read, or change', async () => {
    const path = env['PROXIMA_SECRET_FILE'] ?? ''
    await chmod(path, 0o644)
    expect(await find(env)).toEqual([])
    await chmod(dirname(path), 0o755)
    expect(await find(env)).toMatchObject([{ severity: 'warning', code: 'secret_exposed' }])
    await chmod(path, 0o666)
    expect(await find(env)).toMatchObject([{ severity: 'error', code: 'secret_exposed' }])
  })

  it('finds that the secret file of development is readable by others, and creates none if there is none', async () => {
    const development = { ...env, PROXIMA_ENV: undefined, PROXIMA_SECRET_FILE: undefined }
    const path = join(deployment.dataDir, 'secret')
    expect(await find(development)).toContainEqual(expect.objectContaining({ code: 'secret_not_made' }))
    await expect(stat(path)).rejects.toThrow(/ENOENT/)
    await writeFile(path, 'x'.repeat(48))
    await chmod(path, 0o644)
    expect((await find(development))[0]).toMatchObject({ severity: 'error', code: 'secret_refused' })
  })

  it.each([
    [
      { PROXIMA_PUBLIC_URL: 'http://accounts.example.org' },
      'config_refused',
      /PROXIMA_PUBLIC_URL must begin with https/,
    ],
    [{ PROXIMA_PUBLIC_URL: undefined }, 'config_refused', /PROXIMA_PUBLIC_URL must be set/],
    [{ PROXIMA_TRUSTED_PROXIES: '0.0.0.0/0' }, 'config_refused', /PROXIMA_TRUSTED_PROXIES/],
    [{ PROXIMA_SERCET: 'x' }, 'config_refused', /PROXIMA_SERCET/],
    [{ PROXIMA_PUBLIC_URL: 'http://localhost:4000' }, 'public_url_loopback', /every visitor/],
    [{ PROXIMA_TRUSTED_PROXIES: undefined }, 'proxies_missing', /share one address/],
    [{ PROXIMA_TRUSTED_PROXIES: '127.0.0.1,64.0.0.0/4' }, 'proxies_too_wide', /64\.0\.0\.0\/4/],
    [{ PROXIMA_MAIL_URL: undefined }, 'mail_missing', /: owners are not notified/],
    [
      { PROXIMA_MAIL_URL: undefined, PROXIMA_SMS_URL: 'https://key@sms.example.org/send' },
      'mail_missing',
      /: owners without a phone number are not notified/,
    ],
    [{ PROXIMA_METRICS_TOKEN: undefined, PROXIMA_HOST: '0.0.0.0' }, 'metrics_open', /\/metrics/],
    [{ PROXIMA_ENV: undefined }, 'env_development', /development/],
  ])('finds %j', async (change, code, summary) => {
    const found = await find({ ...env, ...change })
    expect(found).toMatchObject([{ code, summary: expect.stringMatching(summary) }])
    expect(found.some(isProblem)).toBe(true)
  })

  it.each([3, 20])('finds that page %i was overwritten', async (page) => {
    await deployment.connection.db.destroy()
    const file = await openFile(files().path, 'r+')
    await file.write(Buffer.alloc(4_096, 0xa5), 0, 4_096, 4_096 * page)
    await file.close()
    expect(await find(env)).toContainEqual(
      expect.objectContaining({ severity: 'error', code: 'database_damaged' }),
    )
  })

  it('finds that the file is no database', async () => {
    await deployment.connection.db.destroy()
    await writeFile(files().path, 'not a database at all'.repeat(1_000))
    expect(await find(env)).toMatchObject([
      { severity: 'error', code: 'database_unreachable', summary: expect.stringContaining('cannot be used') },
    ])
  })

  it('creates no database if there is none', async () => {
    const path = join(deployment.dataDir, 'other', 'proxima.sqlite')
    expect(await find({ ...env, PROXIMA_DATABASE_URL: `sqlite:${path}` })).toMatchObject([
      { severity: 'note', code: 'database_not_made' },
    ])
    await expect(stat(path)).rejects.toThrow(/ENOENT/)
  })

  it('lists the worst finding first', async () => {
    await chmod(files().path, 0o644)
    const found = await find({
      ...env,
      PROXIMA_TRUSTED_PROXIES: undefined,
      PROXIMA_DEFAULT_REGION: undefined,
    })
    const severities = found.map(({ severity }) => severity)
    expect(severities).toEqual(['error', 'warning', 'note'])
  })
})

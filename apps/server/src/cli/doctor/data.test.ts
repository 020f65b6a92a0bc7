import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../tests/support/account-rows.ts'
import { type Deployment, deploy, find } from '../../../tests/support/deployment.ts'
import { engines, sqlite } from '../../../tests/support/engines.ts'
import { testSecret } from '../../../tests/support/test-server.ts'
import { PublicUrl } from '../../app/public-url.ts'
import { wire } from '../../app/wire.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import type { Environment } from '../../platform/config/read-given.ts'
import { Sealer } from '../../platform/crypto/sealing.ts'
import { systemClock } from '../../platform/kernel/clock.ts'
import { newId, type ServerId } from '../../platform/kernel/ids.ts'
import { checks } from './examine.ts'
import { checkSettingFiles } from './setting-files.ts'

it('runs every check that a file exports, beside it or among those of a running server', async () => {
  const folders = ['.', '../../app/doctor/'].map((path) => new URL(path, import.meta.url))
  const exported: string[] = []
  for (const folder of folders)
    for (const name of (await readdir(folder)).filter((each) => /(?<!\.test)\.ts$/.test(each))) {
      const module: object = await import(new URL(name, folder).href)
      exported.push(...Object.keys(module).filter((key) => key.startsWith('check') && key !== 'checks'))
    }
  expect(exported.length).toBeGreaterThan(15)
  expect(checks.map(([, check]) => check.name).sort()).toEqual(exported.sort())
})

describe.each(engines)('the doctor of the data on $name', (engine) => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await deploy(engine)
  })
  afterAll(async () => await deployment?.remove())

  it('finds that the data was sealed with another secret, and what a rotation has left', async () => {
    const { env, connection } = deployment
    const earlier = 'anEarlierSecretOnlyForTests-77d0c2a9e4b1f853'
    const { db, engine } = connection
    const wired = (masterSecret: string, secretPrevious: string[] = []) =>
      wire({
        config: { ...loadConfig({}), secretPrevious },
        masterSecret,
        publicUrl: new PublicUrl(null),
        ...{ db, engine, redis: null, clock: systemClock },
      })
    await wired(earlier).keys.signingKey('ES256')
    const account = await insertAccount(db)
    const seal = (secret: string) =>
      db
        .updateTable('accounts')
        .set({
          address_sealed: new Sealer({ current: secret }).seal('Nairobi', { purpose: 'x', id: account }),
        })
        .where('id', '=', account)
        .execute()
    await seal(earlier)
    const { keyId } = new Sealer({ current: earlier })
    try {
      const codes = async (change: Environment = {}) =>
        (await find({ ...env, ...change })).map(({ code }) => code)
      const found = await find(env)
      expect(found).toMatchObject([
        { severity: 'error', code: 'wrong_master_secret', summary: expect.stringContaining(keyId) },
        {
          severity: 'error',
          code: 'secret_opens_nothing',
          summary: expect.stringMatching(`opens none of the 2 sealed values: they are sealed with ${keyId}`),
          advice: expect.stringMatching(/^First check/),
        },
      ])
      // A rotation would make it worse: nothing opens what it would seal again.
      expect(JSON.stringify(found)).not.toContain('secret rotate')
      // Without a secret, a development server would create one that opens nothing.
      expect(await codes({ PROXIMA_ENV: undefined, PROXIMA_SECRET_FILE: undefined })).toContain(
        'wrong_master_secret',
      )
      expect(await find({ ...env, PROXIMA_SECRET_PREVIOUS: earlier })).toMatchObject([
        { severity: 'note', code: 'rotation_unfinished', summary: expect.stringContaining('2 values') },
      ])
      // As after a rotation that a server with the earlier secret has outlived.
      await wired(testSecret, [earlier]).keys.reseal({ dryRun: false })
      const [left] = await find(env)
      expect(left).toMatchObject({ severity: 'error', code: 'sealed_with_missing_secret' })
      expect(left?.summary).toContain(
        `1 values in accounts.address_sealed are sealed with the secret ${keyId}`,
      )
      await seal(testSecret)
      expect(await codes()).toEqual([])
    } finally {
      await db.deleteFrom('accounts').execute()
      await db.deleteFrom('signing_keys').execute()
    }
  })

  it('finds passwords that need a setting, and a setting that none needs any more', async () => {
    const { env, connection } = deployment
    const store = async (hash: string) =>
      await connection.db
        .insertInto('passwords')
        .values({ account_id: await insertAccount(connection.db), hash, version: newId(), changed_at: 1 })
        .execute()
    const set = {
      PROXIMA_VERIFY_PASSWORDS_WITH: 'https://old.example.org/check',
      PROXIMA_IMPORTED_PEPPER: 'p'.repeat(128),
    }
    try {
      expect((await find({ ...env, ...set })).map(({ code }) => code)).toEqual([
        'old_backend_unused',
        'imported_pepper_unused',
      ])
      await store('$old-backend$')
      await store('$imported$bcrypt,12$bcrypt-pepper$c2FsdA$ZGlnZXN0')
      await store('$imported$bcrypt,12$bcrypt$c2FsdA$ZGlnZXN0')
      expect(await find(env)).toMatchObject([
        { severity: 'error', code: 'old_backend_missing', summary: expect.stringMatching(/^1 imported/) },
        { severity: 'error', code: 'imported_pepper_missing', summary: expect.stringMatching(/^1 imported/) },
      ])
      expect((await find({ ...env, ...set })).map(({ code }) => code)).toEqual([
        'old_backend_needed',
        'imported_pepper_needed',
      ])
    } finally {
      await connection.db.deleteFrom('accounts').execute()
    }
  })

  it('finds two servers without one public URL, and asks only those that run now', async () => {
    const { db } = deployment.connection
    const report = (publicUrl: string | null, seenAt: Date) =>
      db
        .insertInto('servers')
        .values({
          ...{ id: newId<ServerId>(), host: 'web', version: '1.0.0', secret_ids: 'aaaaaaaaaaa' },
          ...{ public_url: publicUrl, started_at: 1, seen_at: seenAt.getTime() },
        })
        .execute()
    try {
      await report(null, new Date())
      await report(null, new Date(Date.now() - 3_600_000))
      expect(await find(deployment.env)).toEqual([])
      await report('https://accounts.example.org', new Date())
      expect(await find(deployment.env)).toMatchObject([{ severity: 'error', code: 'public_urls_differ' }])
    } finally {
      await db.deleteFrom('servers').execute()
    }
  })
})

describe('the doctor of the files of settings', () => {
  let deployment: Deployment
  let env: Environment
  beforeEach(async () => {
    deployment = await deploy(sqlite)
    env = deployment.env
    return async () => await deployment.remove()
  })

  it.each([
    ['white space', 'smtp://127.0.0.1 ', /white space or a second line end at its end/],
    ['two line ends', 'smtp://127.0.0.1\n\n', /a second line end/],
    ['white space before it', '\tsmtp://127.0.0.1', /white space at its start/],
    ['quotes', '"smtp://127.0.0.1"', /quotes around its text/],
  ])('finds a file of a setting with %s, and shows nothing of it', async (_what, text, summary) => {
    const path = join(deployment.dataDir, 'token')
    await writeFile(path, text)
    const given = { ...env, PROXIMA_METRICS_TOKEN: undefined, PROXIMA_METRICS_TOKEN_FILE: path }
    // The setting may refuse the text. What is tested here is the check alone.
    const found = checkSettingFiles(loadConfig(env), given)
    expect(found).toMatchObject([{ severity: 'warning', code: 'setting_file_untidy', summary }])
    expect(JSON.stringify(found)).not.toContain('127.0.0.1')
    await writeFile(path, 'smtp://127.0.0.1\r\n')
    expect(checkSettingFiles(loadConfig(env), given)).toEqual([])
  })

  it('reports a secret with a second line end, which a start takes', async () => {
    const path = env['PROXIMA_SECRET_FILE'] ?? ''
    await rm(path)
    await writeFile(path, `${testSecret}\n\n`, { mode: 0o400 })
    expect((await find(env)).map(({ code }) => code)).toContain('setting_file_untidy')
  })
})

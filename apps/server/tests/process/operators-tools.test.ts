/** @module-tag long */

import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/features/administration/deployment/model.ts'
import { engines } from '../support/engines.ts'
import { newPerson } from '../support/people.ts'
import { endLeftovers, freshFolder, type Outcome, proxima, startProxima } from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
})
afterEach(endLeftovers)
afterAll(async () => await folder.remove())

function settingsFor(name: string) {
  return {
    PROXIMA_DATA_DIR: join(folder.path, name),
    PROXIMA_LIMITS: 'off',
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
  }
}

describe.each(engines)('moving from SQLite to $name', (engine) => {
  it('keeps all users signed in, there and back', async () => {
    const settings = settingsFor(`grow-${engine.name}`)
    const first = await startProxima(settings)
    const person = await newPerson(first.client)
    const { token } = person
    const details = { address: 'ul. Żółta 5 🏠', national_id: 'ABC-1234567' }
    await first.client.patch('/v1/me', details, { token })
    const profile = { home_address: 'ul. Biała 7 🏡', country: 'PL', social_links: { linkedin: 'jörg' } }
    await first.client.patch('/v1/me/profile', profile, { token })
    const read = async (client: TestClient) => [
      (await client.me(token)).text,
      (await client.get('/v1/me/profile', { token })).text,
    ]
    const before = await read(first.client)
    const keys = (await first.client.get('/.well-known/jwks.json')).body
    await first.process.stop()

    const database = await engine.createDatabase()
    try {
      const copied = await proxima(['db', 'copy', '--to', '-', '--json'], {
        settings,
        input: `${database.url}\n`,
      })
      expect(copied).toMatchObject({ exitCode: 0, stderr: '' })
      const { tables } = JSON.parse(copied.stdout) as { tables: { table: string; rows: number }[] }
      expect(tables).toContainEqual({ table: 'accounts', rows: 1 })
      expect(tables).toContainEqual({ table: 'signing_keys', rows: 1 })

      const again = await proxima(['db', 'copy', '--to', database.url, '--json'], { settings })
      expect(again.exitCode).toBe(1)
      expect(JSON.parse(again.stderr)).toMatchObject({ code: 'target_not_empty' })

      const grown = { ...settings, PROXIMA_DATABASE_URL: database.url }
      const second = await startProxima(grown)
      expect(await read(second.client)).toEqual(before)
      expect((await second.client.get('/.well-known/jwks.json')).body).toEqual(keys)
      const later = await newPerson(second.client)
      await second.process.stop()

      const back = {
        ...settings,
        PROXIMA_DATABASE_URL: `sqlite:${join(settings.PROXIMA_DATA_DIR, 'back.sqlite')}`,
      }
      const returned = await proxima(['db', 'copy', '--to', back.PROXIMA_DATABASE_URL], { settings: grown })
      expect(returned).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^accounts +2$/m) })
      const third = await startProxima(back)
      expect(await read(third.client)).toEqual(before)
      expect((await third.client.me(later.token)).status).toBe(200)
    } finally {
      await endLeftovers()
      await database.drop()
    }
  })
})

describe('proxima db copy', () => {
  it.each([
    ['redis://localhost/1', /must begin with sqlite:PATH, postgres:/],
    ['postgres://u:s3cret@', /--to /],
  ])('refuses %s as wrong usage, and does not show a password', async (url, message) => {
    const refused = await proxima(['db', 'copy', '--to', url], { settings: settingsFor('usage') })
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) })
    expect(refused.stderr).not.toContain('s3cret')
  })

  it('does not copy a database that does not exist', async () => {
    const target = `sqlite:${join(folder.path, 'target.sqlite')}`
    const refused = await proxima(['db', 'copy', '--to', target], { settings: settingsFor('nowhere') })
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('There is no database at') })
  })
})

interface Report {
  readonly ok: boolean
  readonly findings: readonly Finding[]
}

function reportOf({ stdout }: Outcome): Report {
  return JSON.parse(stdout) as Report
}

describe('proxima doctor', () => {
  it('exits with 0 if there are only notes, and with 1 if something must be fixed', async () => {
    const settings = {
      PROXIMA_DATA_DIR: join(folder.path, 'doctor'),
      PROXIMA_DEFAULT_REGION: 'KE',
    }
    const server = await startProxima(settings)
    await server.process.stop()
    const database = join(settings.PROXIMA_DATA_DIR, 'proxima.sqlite')
    await chmod(database, 0o644)
    const exposed = await proxima(['doctor', '--json'], { settings })
    const { ok, findings } = reportOf(exposed)
    expect([exposed.exitCode, ok]).toEqual([1, false])
    expect(findings[0]).toEqual({
      severity: 'error',
      code: 'database_exposed',
      summary: expect.stringContaining('mode 0644'),
      advice: `Run: chmod 600 ${database}`,
    })
    const inWords = await proxima(['doctor'], { settings })
    expect(inWords.stdout).toMatch(/^error {4}.*\(database_exposed\)\n {9}Run: chmod 600 /)

    await chmod(database, 0o600)
    const mended = await proxima(['doctor', '--json'], { settings })
    // What the machine's disk is like is for its operator to mend.
    const { findings: left } = reportOf(mended)
    const ofTheDeployment = left.filter(({ code }) => !/^(disk_|database_in_memory)/.test(code))
    expect(ofTheDeployment.map(({ severity }) => severity)).not.toContain('error')
    if (ofTheDeployment.length === left.length) expect(mended).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('has findings, and no stack trace, for a configuration that no server starts with', async () => {
    const settings = { PROXIMA_ENV: 'production', PROXIMA_PUBLIC_URL: 'http://accounts.example.org' }
    const outcome = await proxima(['doctor', '--json'], { settings })
    expect(outcome).toMatchObject({ exitCode: 1, stderr: '' })
    const { findings } = reportOf(outcome)
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['config_refused']))
    expect(JSON.stringify(findings)).toContain('must begin with https://')
  })
})

describe('proxima purge', () => {
  it('lists what it deleted', async () => {
    const settings = { PROXIMA_DATA_DIR: join(folder.path, 'purge') }
    await proxima(['migrate', 'up'], { settings })
    const purged = await proxima(['purge', '--json'], { settings })
    expect(purged).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(purged.stdout)).toContainEqual({ name: 'sessions', deleted: 0, done: true })
  })
})

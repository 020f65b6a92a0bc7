/** @module-tag long */

import { chown, copyFile, cp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mysqlUrl, postgresUrl } from '../support/engines.ts'
import { newPerson, type Person } from '../support/people.ts'
import { endLeftovers, freshFolder, proxima, type ServerProcess, startProxima } from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'
import { openDatabase } from '../support/test-database.ts'

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
    // One issuer for all starts, whichever port they get.
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
  }
}

async function signInStatus(client: TestClient, { secret }: Person): Promise<number> {
  return (await client.post('/v1/auth/token', { user_secret: secret })).status
}

async function serversIn(file: string): Promise<number> {
  const db = openDatabase(`sqlite:${file}`)
  const rows = await db.selectFrom('servers').select('id').execute()
  await db.destroy()
  return rows.length
}

/** Registers one after the other until told to stop. */
function keepRegistering({ client }: ServerProcess): () => Promise<Person[]> {
  const people: Person[] = []
  let isOver = false
  const work = (async () => {
    while (!isOver) people.push(await newPerson(client))
  })()
  return async () => {
    isOver = true
    await work
    return people
  }
}

describe('a backup during registrations', () => {
  it('contains everything that was acknowledged before, nothing incomplete, and a server starts on it', async () => {
    const settings = settingsFor('busy')
    const database = join(settings.PROXIMA_DATA_DIR, 'proxima.sqlite')
    const file = join(folder.path, 'busy.backup')
    const server = await startProxima(settings)
    const before = await newPerson(server.client)
    const stopRegistering = keepRegistering(server)
    const backup = await proxima(['backup', file, '--json'], { settings })
    const meanwhile = await stopRegistering()
    const after = await newPerson(server.client)

    expect(backup).toMatchObject({ exitCode: 0, stderr: '' })
    const { size, mode } = await stat(file)
    expect(JSON.parse(backup.stdout)).toEqual({
      file,
      bytes: size,
      secret: join(settings.PROXIMA_DATA_DIR, 'secret'),
      pictures: null,
    })
    expect((mode & 0o777).toString(8)).toBe('600')
    expect(meanwhile.length).toBeGreaterThan(5)

    const inUse = await proxima(['restore', file, '--yes'], { settings })
    expect(inUse).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/A server has .* open\. Stop it/),
    })
    expect(await signInStatus(server.client, after)).toBe(200)

    await server.process.stop()
    const restored = await proxima(['restore', file, '--yes', '--json'], { settings })
    expect(restored).toMatchObject({ exitCode: 0, stderr: '' })
    const { replaced } = JSON.parse(restored.stdout) as { replaced: string }
    expect(((await stat(database)).mode & 0o777).toString(8)).toBe('600')

    const again = await startProxima(settings)
    expect(await signInStatus(again.client, before)).toBe(200)
    expect(await signInStatus(again.client, after)).toBe(401)
    const statuses = await Promise.all(meanwhile.map((person) => signInStatus(again.client, person)))
    expect(new Set(statuses).difference(new Set([200, 401]))).toEqual(new Set())
    // The server that ran when the backup was made is forgotten.
    expect(await serversIn(database)).toBe(1)
    // In the order in which they registered: those in the backup came before those that are not.
    expect(statuses).toEqual(statuses.toSorted((one, other) => one - other))
    // The restore has ended its session: it may have been ended since the backup.
    expect((await again.client.me(before.token)).status).toBe(401)

    const settingsOfReplaced = { ...settings, PROXIMA_DATABASE_URL: `sqlite:${replaced}` }
    const old = await startProxima(settingsOfReplaced)
    expect(await signInStatus(old.client, after)).toBe(200)
  })
})

describe('proxima backup', () => {
  it('overwrites nothing', async () => {
    const settings = settingsFor('overwrite')
    await proxima(['migrate', 'up'], { settings })
    const file = join(folder.path, 'precious')
    await writeFile(file, 'precious')
    const refused = await proxima(['backup', file, '--json'], { settings })
    expect(refused.exitCode).toBe(1)
    expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'file_exists' })
    expect(await readFile(file, 'utf8')).toBe('precious')
  })

  it('reports in one sentence why it cannot write', async () => {
    const settings = settingsFor('overwrite')
    const refused = await proxima(['backup', join(folder.path, 'no', 'such', 'folder')], { settings })
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^The backup could not be written: .*\n$/),
    })
    const missing = await proxima(['restore', join(folder.path, 'no.backup'), '--yes'], { settings })
    expect(missing).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/^There is no file .*\n$/) })
  })

  it('creates no database if there is none', async () => {
    const settings = settingsFor('none')
    const refused = await proxima(['backup', join(folder.path, 'none.backup')], { settings })
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('There is no database at') })
    expect(
      await readdir(folder.path).then((names) => names.filter((name) => name.startsWith('none'))),
    ).toEqual([])
  })

  it.skipIf(postgresUrl === undefined)('names the tools of PostgreSQL, and does not run them', async () => {
    const settings = { PROXIMA_DATABASE_URL: postgresUrl ?? '' }
    const backup = await proxima(['backup', join(folder.path, 'x')], { settings })
    expect(backup).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('pg_dump') })
    const restore = await proxima(['restore', join(folder.path, 'x'), '--yes'], { settings })
    expect(restore).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('pg_restore') })
  })

  it.skipIf(mysqlUrl === undefined)('names the tools of MariaDB', async () => {
    const settings = { PROXIMA_DATABASE_URL: mysqlUrl ?? '' }
    const backup = await proxima(['backup', join(folder.path, 'x')], { settings })
    expect(backup).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('mariadb-dump') })
  })
})

describe('proxima restore', () => {
  const settings = () => settingsFor('target')
  let good: string
  beforeAll(async () => {
    good = join(folder.path, 'good.backup')
    await proxima(['migrate', 'up'], { settings: settings() })
    const { exitCode } = await proxima(['backup', good], { settings: settings() })
    expect(exitCode).toBe(0)
  })

  async function refusal(file: string, ...more: readonly string[]): Promise<unknown> {
    const { exitCode, stderr } = await proxima(['restore', file, '--yes', '--json', ...more], {
      settings: settings(),
    })
    expect(exitCode).toBe(1)
    const names = await readdir(settings().PROXIMA_DATA_DIR)
    expect(names.filter((name) => /restoring|replaced/.test(name))).toEqual([])
    return JSON.parse(stderr)
  }

  it('refuses a file that was cut short', async () => {
    const file = join(folder.path, 'short.backup')
    await copyFile(good, file)
    await truncate(file, (await stat(file)).size - 8_192)
    expect(await refusal(file, '--force')).toMatchObject({ code: 'backup_not_usable' })
  })

  it('refuses a file with one page overwritten', async () => {
    const file = join(folder.path, 'overwritten.backup')
    const bytes = await readFile(good)
    bytes.fill(0xa5, 4_096 * 3, 4_096 * 4)
    await writeFile(file, bytes)
    expect(await refusal(file, '--force')).toMatchObject({
      code: 'backup_not_usable',
      detail: expect.stringContaining('damaged'),
    })
  })

  it('refuses a file that is no database, and the database of another program', async () => {
    const text = join(folder.path, 'text')
    await writeFile(text, 'not a database at all'.repeat(1_000))
    expect(await refusal(text)).toMatchObject({ code: 'backup_not_usable' })
    const empty = join(folder.path, 'empty')
    await writeFile(empty, '')
    expect(await refusal(empty)).toMatchObject({
      detail: expect.stringContaining('is not a Proxima database'),
    })
  })

  it('refuses a copy of a database in use, whose log is not in the file', async () => {
    const running = settingsFor('running')
    const server = await startProxima(running)
    await newPerson(server.client)
    const copied = join(folder.path, 'copied')
    await cp(running.PROXIMA_DATA_DIR, copied, { recursive: true })
    const { code } = (await refusal(join(copied, 'proxima.sqlite'))) as { code: string }
    expect(code).toBe('backup_incomplete')
  })

  it('replaces a damaged database only with --force', async () => {
    const damaged = settingsFor('damaged')
    await proxima(['migrate', 'up'], { settings: damaged })
    const database = join(damaged.PROXIMA_DATA_DIR, 'proxima.sqlite')
    await writeFile(database, 'not a database at all'.repeat(1_000))
    await writeFile(`${database}-wal`, 'the rest of it')
    const refused = await proxima(['restore', good, '--yes'], { settings: damaged })
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--force') })
    const restored = await proxima(['restore', good, '--yes', '--force', '--json'], { settings: damaged })
    expect(restored).toMatchObject({ exitCode: 0, stderr: '' })
    const { replaced } = JSON.parse(restored.stdout) as { replaced: string }
    expect(await readFile(replaced, 'utf8')).toContain('not a database')
    expect(await readFile(`${replaced}-wal`, 'utf8')).toBe('the rest of it')
    const server = await startProxima(damaged)
    expect((await server.client.get('/readyz')).status).toBe(200)
  })

  it.skipIf(process.getuid?.() !== 0)('keeps the owner of the database if root restores it', async () => {
    const owned = settingsFor('owned')
    await proxima(['migrate', 'up'], { settings: owned })
    const database = join(owned.PROXIMA_DATA_DIR, 'proxima.sqlite')
    await chown(database, 12_345, 12_346)
    expect((await proxima(['restore', good, '--yes'], { settings: owned })).exitCode).toBe(0)
    expect(await stat(database)).toMatchObject({ uid: 12_345, gid: 12_346 })
  })

  it('restores to a path without a database', async () => {
    const fresh = settingsFor('fresh')
    const restored = await proxima(['restore', good, '--yes'], { settings: fresh })
    expect(restored).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('master secret') })
    expect(restored.stdout).not.toContain('The previous database')
  })
})

describe('the sessions in a backup', () => {
  it('I2: are ended by the restore, unless it is asked to keep them', async () => {
    const settings = settingsFor('sessions')
    const file = join(folder.path, 'sessions.backup')
    const server = await startProxima(settings)
    const amina = await newPerson(server.client)
    await proxima(['backup', file], { settings })
    // Ended after the backup, so it must not come back.
    expect((await server.client.post('/v1/auth/logout', {}, { token: amina.token })).status).toBe(204)
    await server.process.stop()

    const restored = await proxima(['restore', file, '--yes', '--json'], { settings })
    expect(JSON.parse(restored.stdout)).toMatchObject({ sessions_ended: 1, pending: [] })
    const again = await startProxima(settings)
    expect((await again.client.me(amina.token)).status).toBe(401)
    expect(await signInStatus(again.client, amina)).toBe(200)
    await again.process.stop()

    const kept = await proxima(['restore', file, '--yes', '--keep-sessions'], { settings })
    expect(kept.stdout).toContain('proxima sessions end-all')
    const last = await startProxima(settings)
    expect((await last.client.me(amina.token)).status).toBe(200)
    const refused = await proxima(['sessions', 'end-all', '--json'], { settings })
    expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'confirmation_needed' })
    const ended = await proxima(['sessions', 'end-all', '--yes', '--json'], { settings })
    expect(JSON.parse(ended.stdout)).toEqual({ ended: 1 })
    expect((await last.client.me(amina.token)).status).toBe(401)
  })
})

/** @module-tag long */

import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  canMakeFaultyDisk,
  type Fault,
  type FaultyDisk,
  faultyDiskNeeds,
  makeFaultyDisk,
} from '../support/faulty-disk/faulty-disk.ts'
import { databaseFile } from '../support/faulty-disk/power-cuts.ts'
import { password } from '../support/password.ts'
import { newPerson } from '../support/people.ts'
import {
  endLeftovers,
  proxima,
  type ServerProcess,
  type Settings,
  startProxima,
  untilReady,
} from '../support/process.ts'
import { openStoredData } from '../support/stored-data.ts'
import type { Answer } from '../support/test-client.ts'

const full = 'write ENOSPC 0'
/** What SQLite calls them. */
const faults: readonly (readonly [string, Fault, string])[] = [
  ['is full', full, 'database or disk is full'],
  ['fails to write', 'write EIO 0', 'disk I/O error'],
]

function expectUnavailable({ status, body, headers }: Answer): void {
  expect([status, body.code]).toEqual([503, 'unavailable'])
  expect(headers.get('content-type')).toContain('application/problem+json')
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
}

describe.skipIf(!canMakeFaultyDisk)(`if the disk of a SQLite database${faultyDiskNeeds}`, () => {
  let disk: FaultyDisk
  let settings: Settings
  let path: string
  beforeEach(async () => {
    disk = await makeFaultyDisk()
    path = join(disk.folder, databaseFile)
    settings = {
      ...disk.settings,
      PROXIMA_DATA_DIR: disk.folder,
      PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    }
  })
  afterEach(async () => {
    await endLeftovers()
    await disk.remove()
  })

  async function countRows(): Promise<Record<string, number>> {
    const stored = openStoredData(`sqlite:${path}`)
    const rows = await stored.countRows()
    await stored.close()
    return rows
  }

  function reasonsOf({ process }: ServerProcess): Set<unknown> {
    const errors = process.log.filter(({ level }) => level === 'error')
    return new Set(errors.map(({ err }) => (err as { message?: string } | undefined)?.message))
  }

  it.each(faults)(
    '%s, writes get 503, reads still work, and writes continue by themselves afterwards',
    async (_what, fault, reason) => {
      const server = await startProxima(settings)
      const { client, process } = server
      const { user, token } = await client.signUp('amina', password)
      const before = await countRows()

      await disk.fail(fault)
      expectUnavailable(await client.register({ username: 'brian' }))
      const headers = { 'idempotency-key': randomUUID() }
      const registerBrian = () =>
        client.post('/v1/auth/register', { username: 'brian', password }, { headers })
      expectUnavailable(await registerBrian())
      expectUnavailable(await client.login({ username: 'amina', password }))
      // I3: a try that cannot be counted is not judged.
      expectUnavailable(await client.login({ username: 'amina', password: 'wrong horse battery staple' }))
      expectUnavailable(await client.patch('/v1/me', { full_name: 'Amina' }, { token }))
      expect((await client.me(token)).body).toMatchObject({ id: user.id, full_name: null })
      expect((await client.get('/v1/auth/availability?username=brian')).body.available).toBe(true)
      // Taken out of service it could not even do that; and of several servers none has another disk.
      for (const address of ['/healthz', '/readyz', '/.well-known/jwks.json'])
        expect([address, (await client.get(address)).status]).toEqual([address, 200])
      expect(reasonsOf(server)).toEqual(new Set([reason]))
      expect(await countRows()).toEqual(before)

      await disk.fail(null)
      const registered = await registerBrian()
      expect(registered.status).toBe(201)
      expect((await registerBrian()).body).toEqual(registered.body)
      expect((await client.login({ username: 'brian', password })).status).toBe(200)
      expect((await client.login({ username: 'amina', password })).status).toBe(200)
      expect((await client.patch('/v1/me', { full_name: 'Amina' }, { token })).status).toBe(200)
      expect(await process.stop()).toMatchObject({ exitCode: 0, stderr: '' })
    },
  )

  it('is full at the first start, the server reports that in one sentence and can start again once there is space', async () => {
    await disk.fail(full)
    const { exitCode, stdout, stderr } = await proxima(['start', '--json'], { settings })
    // Not 2, which tells a supervisor that trying again changes nothing.
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'disk_full',
      detail: expect.stringMatching(
        /^The secret in .* cannot be created: the disk is full\. Free some space/,
      ),
    })
    expect(await readdir(disk.folder)).toEqual([])
    await disk.fail(null)
    const { client } = await startProxima(settings)
    expect((await client.register({ username: 'amina' })).status).toBe(201)
  })

  it.each([
    ['at once', full],
    ['while its tables are made', 'write ENOSPC 40000'],
  ] as const)('is full %s, the server waits for space and reports that once', async (_when, fault) => {
    await disk.fail(fault)
    const server = await startProxima({ ...settings, PROXIMA_SECRET: randomBytes(48).toString('base64') })
    expectUnavailable(await server.client.get('/readyz'))
    expectUnavailable(await server.client.register({ username: 'amina' }))
    // Time for another attempt, which is not told again.
    await sleep(1_500)
    const complaints = server.process.log.filter(({ msg }) => /cannot be used/.test(String(msg)))
    expect(complaints).toMatchObject([
      { level: 'error', msg: expect.stringContaining('database or disk is full') },
    ])
    await disk.fail(null)
    await untilReady(server)
    expect((await server.client.register({ username: 'amina' })).status).toBe(201)
  })

  it('is full, a new server waits for space, and a backup names the file that has no space', async () => {
    const before = await startProxima(settings)
    await newPerson(before.client, 'amina')
    await before.process.stop()
    await disk.fail(full)
    const noRoom = `there is no room for ${path}-shm: the disk is full`
    const backup = await proxima(['backup', join(disk.folder, 'backup')], { settings })
    expect(backup).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(noRoom) })
    const server = await startProxima(settings)
    expectUnavailable(await server.client.get('/readyz'))
    expect(server.process.stdout).toContain(noRoom)
    await disk.fail(null)
    await untilReady(server)
    expect((await server.client.get('/v1/auth/availability?username=amina')).body.available).toBe(false)
  })

  it('is full, the command line reports that in one sentence', async () => {
    const { client } = await startProxima(settings)
    await disk.fail(full)
    const created = await proxima(['users', 'create', '--username', 'brian'], { settings })
    expect([created.exitCode, created.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^The database cannot be used: database or disk is full\. Check .* free space.*\n$/,
      ),
    ])
    expect((await client.get('/v1/auth/availability?username=brian')).body.available).toBe(true)
  })

  it('is full or fails, a backup reports that in one sentence and leaves no file, not even a partial one', async () => {
    const server = await startProxima(settings)
    const to = join(disk.folder, 'backup')
    // At once, in the middle, and when all but the last is written.
    for (const [fault, reason] of [
      [full, 'disk is full'],
      ['write ENOSPC 40000', 'disk is full'],
      ['sync EIO', 'disk I/O error'],
    ] as const) {
      // A server that cannot sync what it has written ends by itself, and what it writes by itself is left to chance.
      if (fault === 'sync EIO') await server.process.stop()
      await disk.fail(fault)
      const { exitCode, stderr } = await proxima(['backup', to], { settings })
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(`^The backup could not be written: .*${reason}\\.\n$`),
      ])
      expect((await readdir(disk.folder)).filter((name) => name.startsWith('backup'))).toEqual([])
    }
    await disk.fail(null)
    expect((await proxima(['backup', to], { settings })).exitCode).toBe(0)
    expect(existsSync(to)).toBe(true)
    const { client } = await startProxima(settings)
    expect((await client.get('/readyz')).status).toBe(200)
  })
})

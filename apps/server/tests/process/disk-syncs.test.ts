/** @module-tag long */

import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  canMakeFaultyDisk,
  type FaultyDisk,
  faultyDiskNeeds,
  makeFaultyDisk,
} from '../support/faulty-disk/faulty-disk.ts'
import { Ledger } from '../support/faulty-disk/ledger.ts'
import { lossesAfterPowerCuts } from '../support/faulty-disk/losses.ts'
import { databaseFile } from '../support/faulty-disk/power-cuts.ts'
import { password } from '../support/password.ts'
import { newPerson } from '../support/people.ts'
import { endLeftovers, type Settings, startProxima, untilReady } from '../support/process.ts'
import { TestClient } from '../support/test-client.ts'

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

  it('fails to sync, the server stops at once, and the next start waits until the disk stores what it can read', async () => {
    const ledger = new Ledger()
    const before = await startProxima(settings)
    const client = new TestClient(before.url, { onAnswer: ledger.note })
    await newPerson(client, 'amina')
    await disk.fail('sync EIO')
    await expect(client.register({ username: 'brian' })).rejects.toThrow('fetch failed')
    expect((await before.process.ended).exitCode).toBe(1)
    expect(before.process.log.at(-1)).toMatchObject({
      level: 'fatal',
      msg: expect.stringContaining('the disk failed to store data'),
      err: { message: expect.stringContaining('EIO') },
    })

    const after = await startProxima(settings)
    expect((await after.client.get('/readyz')).status).toBe(503)
    expect(after.process.stdout).toContain('the sqlite database cannot be used; trying again (EIO')
    await disk.fail(null)
    await untilReady(after)
    await newPerson(new TestClient(after.url, { onAnswer: ledger.note }), 'chinwe')
    expect((await after.process.stop()).exitCode).toBe(0)
    expect(await lossesAfterPowerCuts(disk, ledger)).toEqual([])
  })

  // SQLite would not copy the same pages again before a second sync, and then write over them in the log.
  it('fails to sync what the log is written back into, the server stops at once, and loses nothing', async () => {
    const ledger = new Ledger()
    const before = await startProxima({ ...settings, PROXIMA_LIMITS: 'off' })
    const client = new TestClient(before.url, { onAnswer: ledger.note })
    await disk.fail('sync-database EIO')
    const { user, token } = await client.signUp('amina', password)
    let hasStopped = false
    const ended = before.process.ended.finally(() => {
      hasStopped = true
    })
    const full_name = (count: number) => `${'Amina '.repeat(15)}${count}`
    const lanes = [1, 2, 3, 4].map(async (lane) => {
      for (let count = 0; !hasStopped; count++)
        await client.patch('/v1/me', { full_name: full_name(4 * count + lane) }, { token }).catch(() => null)
    })
    expect((await ended).exitCode).toBe(1)
    await Promise.all(lanes)
    expect(before.process.log.at(-1)).toMatchObject({ level: 'fatal' })

    await disk.fail(null)
    const after = await startProxima(settings)
    expect((await after.client.me(token)).body.id).toBe(user.id)
    await newPerson(new TestClient(after.url, { onAnswer: ledger.note }), 'brian')
    expect((await after.process.stop()).exitCode).toBe(0)
    // Each change of the name replaces the one before.
    expect(await lossesAfterPowerCuts(disk, ledger, ({ what }) => what !== 'name')).toEqual([])
  }, 120_000)

  // After a failed sync, the kernel may consider written what is not on the disk. Only a power cut shows it.
  it('fails in all these ways in turn under load, a power cut loses no acknowledged data', async () => {
    const ledger = new Ledger()
    const start = async () => {
      const server = await startProxima({ ...settings, PROXIMA_LIMITS: 'off' })
      return { ...server, client: new TestClient(server.url, { onAnswer: ledger.note }) }
    }
    let server = await start()
    let isOver = false
    const statuses = new Set<number>()
    const useServer = async () => {
      const { client } = server
      const username = `p-${randomBytes(8).toString('hex')}`
      const { status, body } = await client.register({ username })
      statuses.add(status)
      if (status !== 201) return
      statuses.add((await client.post('/v1/auth/token', { user_secret: body.user_secret })).status)
    }
    const lanes = Array.from({ length: 4 }, async () => {
      // A server that stops cuts its connections.
      while (!isOver) await useServer().catch(() => sleep(50))
    })
    for (let turn = 0; turn < 3; turn++) {
      // Some more is written before it is full, and the last of it in part.
      const sizeBytes = statSync(`${path}-wal`).size
      for (const fault of [`write ENOSPC ${sizeBytes + 100_000}`, 'write EIO 0', 'sync EIO'] as const) {
        await disk.fail(fault)
        if (fault === 'sync EIO') expect((await server.process.ended).exitCode).toBe(1)
        else await sleep(150)
        await disk.fail(null)
        if (fault === 'sync EIO') server = await start()
        await sleep(100)
      }
    }
    isOver = true
    await Promise.all(lanes)
    expect(statuses).toEqual(new Set([200, 201, 503]))
    expect((await newPerson(server.client)).token).toBeTypeOf('string')
    expect((await server.process.stop()).exitCode).toBe(0)
    expect(await lossesAfterPowerCuts(disk, ledger)).toEqual([])
  }, 240_000)
})

/** @module-tag long */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines, type TestDatabase } from '../support/engines.ts'
import { incompleteRows } from '../support/incomplete-rows.ts'
import {
  endLeftovers,
  freshFolder,
  ProximaProcess,
  program,
  type Settings,
  startProxima,
  waitFor,
} from '../support/process.ts'
import { type Load, newLoad, putLoadOn, register, signIn } from '../support/server-load.ts'
import type { TestClient } from '../support/test-client.ts'
import { openDatabase } from '../support/test-database.ts'

/** In all; the default is what fits into every run of the tests. */
const killTotal = Number(process.env['PROXIMA_TEST_KILLS'] ?? 25)
// SQLite is the one whose durability is this process's own doing.
const shares = { SQLite: 0.6, PostgreSQL: 0.2, MariaDB: 0.2 }
const killMaxMs = 20_000
const answersMax = 60
const startMs = 800

afterEach(endLeftovers)

/** All that `load` knows is there, whole, and works; what was under way is done by asking again, once. */
async function examine(client: TestClient, db: Database, load: Load): Promise<string[]> {
  expect(load.unexpected).toEqual([])
  expect(await incompleteRows(db)).toEqual([])
  const accounts = []
  for (const { key, body, text } of load.registered) {
    const again = await register(client, { key, body })
    expect(again).toMatchObject({ text })
    accounts.push(again)
  }
  for (const registration of load.unanswered) {
    const done = await register(client, registration)
    expect(await register(client, registration)).toEqual(done)
    accounts.push(done)
  }
  for (const account of accounts) {
    if (typeof account === 'string') throw new Error(account)
    expect(await signIn(client, account)).toMatchObject({ accountId: account.id })
  }
  const sessions = new Set<string>(
    (await db.selectFrom('sessions').select('id').execute()).map(({ id }) => id),
  )
  expect(load.signedIn.filter(({ sessionId }) => !sessions.has(sessionId))).toEqual([])
  for (const { accountId, token } of load.signedIn.slice(-10))
    expect((await client.me(token)).body.id).toBe(accountId)
  // All have signed in with the right password since, so no try counts as failed any more.
  expect(await db.selectFrom('guess_budgets').selectAll().execute()).toEqual([])
  return accounts.map((account) => (typeof account === 'string' ? account : account.id))
}

async function killDuringStart(settings: Settings): Promise<void> {
  const starting = new ProximaProcess(process.execPath, [program, 'start'], settings)
  await sleep(Math.random() * startMs)
  expect((await starting.stop('SIGKILL')).signal).toBe('SIGKILL')
}

/** Seconds from the start of the process until it is ready. */
async function timedStart(settings: Settings, startsInSeconds: number[]) {
  const startedAt = performance.now()
  const server = await startProxima(settings)
  expect((await server.client.get('/readyz')).status).toBe(200)
  startsInSeconds.push((performance.now() - startedAt) / 1_000)
  return server
}

function settingsFor(database: TestDatabase, folder: string): Settings {
  return {
    PROXIMA_DATABASE_URL: database.url,
    // The secret is made in there, by whichever start gets so far.
    PROXIMA_DATA_DIR: folder,
    PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_LOG_LEVEL: 'error',
    PROXIMA_PORT: '0',
  }
}

function inWords(seconds: readonly number[]): string {
  const sorted = seconds.toSorted((one, other) => one - other)
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(2)
  return `ready after ${at(0.5)} s (median), ${at(0.9)} s (nine of ten), ${at(1)} s (slowest)`
}

it.each(engines)(
  'kill -9 at any moment loses no acknowledged data and leaves nothing incomplete, on $name',
  async (engine) => {
    const database = await engine.createDatabase()
    const folder = await freshFolder()
    const settings = settingsFor(database, folder.path)
    const db = openDatabase(database.url)
    const [startsInSeconds, accountIds]: [number[], string[]] = [[], []]
    const kills = Math.ceil(killTotal * shares[engine.name])
    let load = newLoad()
    for (let kill = 0; kill < kills; kill++) {
      // The first of all falls into the making of secret, tables and key.
      if (kill % 5 === 0) await killDuringStart(settings)
      else {
        const { client, process } = await timedStart(settings, startsInSeconds)
        accountIds.push(...(await examine(client, db, load)))
        load = newLoad()
        const loading = putLoadOn(client, load)
        const enough = Math.random() * answersMax
        const { registered, signedIn } = load
        await waitFor('answers', async () => (registered.length + signedIn.length > enough ? true : null))
        expect((await process.stop('SIGKILL')).signal).toBe('SIGKILL')
        await loading
      }
    }
    const { client } = await timedStart(settings, startsInSeconds)
    accountIds.push(...(await examine(client, db, load)))
    expect(await incompleteRows(db)).toEqual([])
    const stored = (await db.selectFrom('accounts').select('id').execute()).map(({ id }) => id)
    expect(stored.toSorted()).toEqual(accountIds.toSorted())
    process.stdout.write(
      `  ${engine.name}: ${kills} kills, ${stored.length} accounts, ${inWords(startsInSeconds)}\n`,
    )
    await endLeftovers()
    await db.destroy()
    await database.drop()
    await folder.remove()
  },
  60_000 + killTotal * killMaxMs,
)

import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { connectTo, failTest } from '../../../../tests/support/connections.ts'
import { waitFor } from '../../../../tests/support/process.ts'
import { unavailable } from '../../kernel/problems.ts'
import { migrateUp } from '../migrator.ts'
import type { Database, Tables } from '../tables.ts'
import { sqliteEngine } from './sqlite.ts'
import { canCheckpointBeside } from './sqlite-open.ts'

/** Pages of 4 KiB. So few that a test need not write much. */
const timing = {
  framesMin: 50,
  framesToRestart: 200,
  framesMax: 1_000,
  pauseMs: 10,
  pauseAfterFailureMs: 100,
}

describe('the log of SQLite', () => {
  let folder: string
  let path: string
  let db: Database
  let isOver = false
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'proxima-test-'))
    path = join(folder, 'test.sqlite')
    const connection = connectTo(`sqlite:${path}`)
    await migrateUp(connection)
    await connection.db.destroy()
    const options = { onLostWrites: failTest, onError: failTest, timing }
    db = new Kysely<Tables>({ dialect: sqliteEngine(path, options).dialect })
    await insertAccount(db)
    isOver = false
  })
  afterEach(async () => {
    isOver = true
    await db.destroy()
    rmSync(folder, { recursive: true, force: true })
  })

  // SQLite does not write a page that stays the same.
  const write = () =>
    db
      .updateTable('accounts')
      .set({ full_name: randomBytes(20_000).toString('hex') })
      .execute()

  async function writeAllTheTime(): Promise<void> {
    while (!isOver) await write()
  }

  /** On a busy machine, the readers may hold the log back until it has its greatest length. */
  async function writeAsSoonAsPossible(): Promise<void> {
    while (!isOver) await write().catch(() => sleep(20))
  }

  /** The log has a new number each time that it starts over. */
  const numberOfLog = () => readFileSync(`${path}-wal`).readUInt32BE(16)

  async function waitUntilLogStartsOver(): Promise<void> {
    const before = numberOfLog()
    await waitFor('the log to start over', async () => (numberOfLog() === before ? null : true))
  }

  it('starts over again and again, although writes never stop', async () => {
    const writing = Promise.all([writeAllTheTime(), writeAllTheTime()])
    for (let time = 0; time < 3; time++) await waitUntilLogStartsOver()
    isOver = true
    await writing
  })

  it('starts over although at any moment some program reads', async () => {
    const readers = [new DatabaseSync(path), new DatabaseSync(path)]
    const reading = readers.map(async (reader, index) => {
      await sleep(25 * index)
      while (!isOver) {
        reader.exec('begin; select 1 from accounts')
        await sleep(50)
        reader.exec('commit')
      }
    })
    const writing = Promise.all([writeAsSoonAsPossible(), writeAsSoonAsPossible()])
    for (let time = 0; time < 3; time++) await waitUntilLogStartsOver()
    isOver = true
    await Promise.all([writing, ...reading])
    for (const reader of readers) reader.close()
  })

  it('takes no more writes at its maximum, while a program reads without end, and continues afterwards', async () => {
    const reader = new DatabaseSync(path)
    reader.exec('begin')
    reader.prepare('select 1 from accounts').get()
    await expect(writeAllTheTime()).rejects.toMatchObject({
      problem: unavailable,
      cause: { message: expect.stringContaining('End that program') },
    })
    expect(await db.selectFrom('accounts').select('full_name').execute()).toHaveLength(1)
    reader.exec('commit')
    await waitFor('a write', async () =>
      write().then(
        () => true,
        () => null,
      ),
    )
    await waitUntilLogStartsOverWhileWriting()
    reader.close()
  })

  async function waitUntilLogStartsOverWhileWriting(): Promise<void> {
    const writing = writeAllTheTime()
    await waitUntilLogStartsOver()
    isOver = true
    await writing
  }

  it('is not written back in a thread before SQLite 3.51.3, which could lose pages', () => {
    expect(['3.50.4', '3.51.2', '3.51.3', '3.53.0', '4.0.0'].map(canCheckpointBeside)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ])
  })
})

/** @module-tag long */

import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  canMakeFaultyDisk,
  type FaultyDisk,
  faultyDiskNeeds,
  makeFaultyDisk,
} from '../support/faulty-disk/faulty-disk.ts'
import { type JournalRecord, sentAt } from '../support/faulty-disk/journal.ts'
import { Ledger, problemsIn } from '../support/faulty-disk/ledger.ts'
import {
  databaseFile,
  inspectAfter,
  powerCuts,
  putFiles,
  seed,
  seededRandom,
} from '../support/faulty-disk/power-cuts.ts'
import { password } from '../support/password.ts'
import { newPerson, signInWith } from '../support/people.ts'
import { endLeftovers, freshFolder, ProximaProcess, startProxima } from '../support/process.ts'
import { TestClient } from '../support/test-client.ts'

describe.skipIf(!canMakeFaultyDisk)(`a power cut${faultyDiskNeeds}`, () => {
  let disk: FaultyDisk
  let rebuilt: Awaited<ReturnType<typeof freshFolder>>
  beforeAll(async () => {
    rebuilt = await freshFolder()
  })
  afterEach(async () => {
    await endLeftovers()
    await disk.remove()
  })
  afterAll(async () => await rebuilt.remove())

  // The proof that a loss would be seen: the same cuts, on a program that has no more to it than SQLite.
  it.each([
    ['off', 'loses'],
    ['normal', 'loses'],
    ['full', 'keeps'],
  ])('at synchronous = %s %s rows that SQLite has acknowledged', async (synchronous, outcome) => {
    disk = await makeFaultyDisk()
    mkdirSync(disk.folder)
    const script = `
      import { DatabaseSync } from 'node:sqlite'
      import { writeSync } from 'node:fs'
      const database = new DatabaseSync(process.argv[1])
      database.exec('pragma journal_mode = wal; pragma synchronous = ${synchronous}; create table t (id integer)')
      for (let id = 1; id <= 20; id++) {
        database.prepare('insert into t values (?)').run(id)
        writeSync(1, 'acknowledged ' + id + '\\n')
      }`
    const args = ['--input-type=module', '--eval', script, join(disk.folder, databaseFile)]
    const ended = await new ProximaProcess(process.execPath, args, disk.settings).ended
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
    const records = await disk.journal()
    const said = sentAt(records, /^acknowledged (\d+)$/m)
    expect(said.size).toBe(20)
    const lost: string[] = []
    for (const cut of powerCuts(records, new Set(said.values()))) {
      const due = [...said].filter(([, at]) => at <= cut.index).map(([id]) => id)
      const rows = inspectAfter(cut, rebuilt.path, (found) =>
        found.prepare("select 1 from sqlite_schema where name = 't'").get() === undefined
          ? []
          : found.prepare('select id from t').all(),
      )
      const ids = new Set(rows.map(({ id }) => String(id)))
      lost.push(...due.filter((id) => !ids.has(id)))
    }
    expect(lost.length > 0 ? 'loses' : 'keeps').toBe(outcome)
  })

  /** Sees, or is refused because of, what others have just written: it must not be told too early. */
  async function watchNames(client: TestClient, lane: string): Promise<void> {
    for (let count = 0; count < 40; count++) {
      const username = `w-${lane}-${count}`
      const isTaken = async () =>
        (await client.get(`/v1/auth/availability?username=${username}`)).body.available === false
      const registering = client.register({ username })
      for (let asked = 0; asked < 20; asked++) if (await isTaken()) break
      await Promise.all([registering, client.register({ username })])
    }
  }

  /** Does what people do, in several lanes at once; each person once of each. */
  async function useServer(client: TestClient, lane: string): Promise<void> {
    for (let count = 0; count < 12; count++) {
      const { token } = await newPerson(client)
      await client.patch('/v1/me', { full_name: `Person ${lane} ${count}` }, { token })
      if (count > 0) continue
      const username = `p-${lane}-${count}`
      // On a slow day, the server sheds the hash. Then no event of a sign-in can name the account.
      if ((await client.register({ username, password })).status !== 201) continue
      await client.login({ username, password: 'wrong horse battery staple' })
      await client.login({ username, password })
    }
  }

  it('at any moment loses no acknowledged data of a server, and leaves nothing incomplete', async () => {
    disk = await makeFaultyDisk()
    const ledger = new Ledger()
    const settings = {
      PROXIMA_SECRET: randomBytes(48).toString('base64'),
      PROXIMA_LIMITS: 'off',
      PROXIMA_PASSWORD_QUEUE_DEPTH: '100',
      PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    }
    // Twice, for the log starts over at a start, and the end writes it back into the database.
    for (const round of ['a', 'b']) {
      const { url, process } = await startProxima({
        ...settings,
        ...disk.settings,
        PROXIMA_DATA_DIR: disk.folder,
      })
      const client = new TestClient(url, { onAnswer: ledger.note })
      await Promise.all([
        ...[1, 2, 3, 4].map((lane) => useServer(client, `${round}${lane}`)),
        ...[5, 6].map((lane) => watchNames(client, `${round}${lane}`)),
      ])
      expect((await process.stop()).exitCode).toBe(0)
    }

    const records = await disk.journal()
    // Each start begins a log, and so does each time that it has been written back while people go on.
    const logHeaders = records.filter(
      ({ kind, number, bytes }) => kind === 'w' && number === 0 && bytes.length === 32,
    )
    expect(logHeaders.length).toBeGreaterThan(2)
    const acknowledged = ledger.acknowledged(records)
    const random = seededRandom()
    const anywhere = Array.from({ length: 40 }, () => Math.floor(random() * records.length))
    // Right behind an acknowledgement is the worst moment.
    const worst = acknowledged.map(({ at }) => at).filter(() => random() < 0.25)
    // Commits are visible before the log is synced. Such a cut leaves all of them, none, or the first ones.
    const beforeSyncs = [...records.entries()]
      .filter(([, { kind }]) => kind === 's')
      .map(([index]) => index - 1)
      .filter(() => random() < 0.05)
    const serverStartsAt = worst[Math.floor(worst.length / 2)]
    for (const cut of powerCuts(records, new Set([...anywhere, ...worst, ...beforeSyncs]))) {
      const due = acknowledged.filter(({ at }) => at <= cut.index)
      const flaws = inspectAfter(cut, rebuilt.path, (found) => problemsIn(found, due))
      expect(flaws, `seed ${seed}, cut behind act ${cut.index}`).toEqual([])
      if (cut.index !== serverStartsAt) continue
      putFiles(rebuilt.path, cut)
      const { client, process } = await startProxima({ ...settings, PROXIMA_DATA_DIR: rebuilt.path })
      const lastSecret = due.findLast(({ userSecret }) => userSecret !== undefined)?.userSecret ?? ''
      expect((await signInWith(client, lastSecret)).token).toBeTypeOf('string')
      expect((await newPerson(client)).token).toBeTypeOf('string')
      await process.stop()
    }
  }, 240_000)

  it('while the log starts over again and again, loses nothing that was acknowledged or read', async () => {
    disk = await makeFaultyDisk()
    const program = fileURLToPath(new URL('../support/faulty-disk/busy-rows.ts', import.meta.url))
    const path = join(disk.folder, databaseFile)
    const { ended } = new ProximaProcess(process.execPath, [program, path], disk.settings)
    expect(await ended).toMatchObject({ exitCode: 0, stderr: '' })

    const records = await disk.journal()
    const isLogHeader = ({ kind, number, bytes }: JournalRecord) =>
      kind === 'w' && number === 0 && bytes.length === 32
    expect(records.filter(isLogHeader).length).toBeGreaterThan(4)
    const told = [...sentAt(records, /^(?:acknowledged|read) (\d+ \d+)$/m)].map(([line, at]) => {
      const [id = 0, generation = 0] = line.split(' ').map(Number)
      return { id, generation, at }
    })
    const syncs = records.filter(({ kind }) => kind === 's').length
    expect(syncs, 'one sync serves several commits').toBeLessThan(told.length)

    const random = seededRandom()
    const some = (indexes: readonly number[], count: number) =>
      indexes.filter(() => random() < count / indexes.length)
    const at = (isWanted: (record: JournalRecord) => boolean) =>
      [...records.entries()].filter(([, record]) => isWanted(record)).map(([index]) => index)
    const cuts = [
      ...some(
        told.map((each) => each.at),
        15,
      ),
      ...some(
        at(({ kind }) => kind === 's').map((index) => index - 1),
        8,
      ),
      ...some(at(isLogHeader), 8).flatMap((index) => [index - 1, index, index + 1]),
    ]
    for (const cut of powerCuts(records, new Set(cuts))) {
      const due = new Map<number, number>()
      for (const { id, generation, at: index } of told)
        if (index <= cut.index) due.set(id, Math.max(generation, due.get(id) ?? 0))
      const lost = inspectAfter(cut, rebuilt.path, (found) => {
        const { integrity_check: check } = found.prepare('pragma integrity_check').get() ?? {}
        expect(check, `seed ${seed}, cut behind act ${cut.index}`).toBe('ok')
        if (due.size === 0) return []
        const rows = found.prepare('select id, generation from busy').all()
        const stored = new Map(rows.map(({ id, generation }) => [Number(id), Number(generation)]))
        return [...due].filter(([id, generation]) => (stored.get(id) ?? 0) < generation)
      })
      expect(lost, `seed ${seed}, cut behind act ${cut.index}`).toEqual([])
    }
  }, 240_000)
})

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import type { Surroundings } from '../../start/start-example.ts'
import { vaccinationInPython } from '../example.ts'
import type { Database } from '../src/database/database.ts'
import { openDatabase } from '../src/database/open-database.ts'
import { hasPython, python } from './implementations.ts'
import { openCentre, owner, type Wired, wire } from './wired-services.ts'

/** The race needs only where the packages are. */
const nowhere: Surroundings = {
  port: 0,
  dataFolder: '',
  accountsUrl: '',
  credentials: { administrator: { username: '', password: '' }, apiKey: '', webhookSecret: '' },
}

type Services = Wired['services']

const peopleCount = 1_000
const places = 100

const { PROXIMA_TEST_POSTGRES_URL: postgresUrl, PROXIMA_TEST_MYSQL_URL: mysqlUrl } = process.env

interface Engine {
  readonly name: string
  readonly serverUrl: string | undefined
  /** As many as there are servers: one process opens a SQLite file once. */
  readonly databases: number
  /** Makes an empty database. */
  readonly create: (
    serverUrl: string,
  ) => Promise<{ readonly url: string; readonly drop: () => Promise<unknown> }>
}

const engines: readonly Engine[] = [
  {
    name: 'SQLite',
    serverUrl: 'none',
    databases: 1,
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'vaccination-'))
      return { url: `sqlite:${join(folder, 'race.sqlite')}`, drop: () => rm(folder, { recursive: true }) }
    },
  },
  {
    name: 'PostgreSQL',
    serverUrl: postgresUrl,
    databases: 2,
    create: async (serverUrl) => {
      const name = newName()
      const run = async (sql: string) => {
        const client = new Client({ connectionString: serverUrl })
        await client.connect()
        await client.query(sql)
        await client.end()
      }
      await run(`CREATE DATABASE ${name}`)
      return { url: addressOf(serverUrl, name), drop: () => run(`DROP DATABASE ${name}`) }
    },
  },
  {
    name: 'MariaDB',
    serverUrl: mysqlUrl,
    databases: 2,
    create: async (serverUrl) => {
      const name = newName()
      const run = async (sql: string) => {
        const connection = await createConnection(serverUrl)
        await connection.query(sql)
        await connection.end()
      }
      await run(`CREATE DATABASE ${name}`)
      return { url: addressOf(serverUrl, name), drop: () => run(`DROP DATABASE ${name}`) }
    },
  },
]

function newName(): string {
  return `vaccination_${randomBytes(6).toString('hex')}`
}

function addressOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

const accountIds = Array.from({ length: peopleCount }, (_, index) => `account-${index}`)

/** What came of each call: `done`, or the code of the failure. An error of the database is none of them. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const result of await Promise.allSettled(calls)) {
    const outcome =
      result.status === 'fulfilled'
        ? 'done'
        : String((result.reason as { code?: unknown }).code ?? result.reason)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

async function placesOf({ centres }: Services) {
  const [opening] = await centres.openings()
  return { total: opening?.placesTotal, taken: opening?.placesTaken }
}

async function bookingsOf(database: Database): Promise<number> {
  const [row] = await database.select('SELECT count(*) AS counted FROM bookings')
  return Number(row?.['counted'])
}

describe.each(engines)('bookings on $name', { tags: ['long'] }, ({ name, serverUrl, databases, create }) => {
  const left = serverUrl === undefined ? ` (left out: no ${name} here)` : ''

  const title = `are never more than the places, and all places are taken${left}`
  const isMissing = serverUrl === undefined

  async function withDatabase(work: (url: string) => Promise<void>): Promise<void> {
    const { url, drop } = await create(String(serverUrl))
    try {
      await work(url)
    } finally {
      await drop()
    }
  }

  it.skipIf(isMissing)(title, async () => {
    await withDatabase(async (url) => {
      const opened: Database[] = []
      for (let count = 0; count < databases; count++) opened.push(await openDatabase(url))
      const servers = await Promise.all(opened.map(async (database) => (await wire(database)).services))
      await race(opened, servers)
      for (const database of opened) await database.close()
    })
  })

  it.skipIf(isMissing || !hasPython)(`${title}, in Python`, async () => {
    await withDatabase(async (url) => await raceInPython(url, databases))
  })
})

/** The same, with a thread for each of many people. */
async function raceInPython(url: string, servers: number): Promise<void> {
  const script = fileURLToPath(new URL('../python/tests/race.py', import.meta.url))
  const args = [script, url, servers, peopleCount, places].map(String)
  const environment = vaccinationInPython(python).service(nowhere).environment
  const { stdout } = await promisify(execFile)(python, args, { env: { ...process.env, ...environment } })
  expect(JSON.parse(stdout)).toEqual({
    everyone: { done: places, no_place_left: peopleCount - places },
    after_everyone: { places, taken: places, booked: places },
    impatient: { done: 1, already_booked: 49 },
  })
}

/** Two servers on one database, if the engine allows it. */
async function race(databases: readonly Database[], servers: readonly Services[]): Promise<void> {
  const serverAt = (index: number) => servers[index % servers.length] as Services
  const [database, first] = [databases[0] as Database, serverAt(0)]
  for (const accountId of accountIds) {
    const person = owner(accountId)
    await first.people.register(person, person.nationalId)
  }
  const opening = await openCentre(first, places)
  const everyoneBooks = () =>
    outcomes(accountIds.map((accountId, index) => serverAt(index).bookings.book(accountId, opening)))

  expect(await everyoneBooks()).toEqual({ done: places, no_place_left: peopleCount - places })
  expect(await placesOf(first)).toEqual({ total: places, taken: places })
  expect(await bookingsOf(database)).toBe(places)

  // Half of them cancel while the others try again. No place gets lost, and none is given twice.
  const holders = (
    await database.select('SELECT account_id FROM people JOIN bookings ON bookings.person_id = people.id')
  ).map((row) => String(row['account_id']))
  const leaving = new Set(holders.slice(0, places / 2))
  const calls = accountIds.map((accountId, index) =>
    leaving.has(accountId)
      ? serverAt(index).bookings.cancel(accountId)
      : serverAt(index).bookings.book(accountId, opening),
  )
  const { done = 0, ...refused } = await outcomes(calls)
  expect(Object.keys(refused).sort()).toEqual(['already_booked', 'no_place_left'])
  const taken = places - leaving.size + (done - leaving.size)
  expect(await placesOf(first)).toEqual({ total: places, taken })
  expect(await bookingsOf(database)).toBe(taken)

  // One person who asks many times at once gets one appointment.
  const impatient = accountIds.at(-1) as string
  await first.centres.setPlaces(opening, peopleCount)
  await first.bookings.cancel(impatient).catch(() => undefined)
  const many = Array.from({ length: 50 }, (_, index) => serverAt(index).bookings.book(impatient, opening))
  expect(await outcomes(many)).toEqual({ done: 1, already_booked: 49 })
}

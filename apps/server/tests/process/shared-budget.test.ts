/** @module-tag long */

import { afterEach, describe, expect, it } from 'vitest'
import { guessPolicies, waitSeconds } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import { engines, type TestEngine } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { endLeftovers, freshFolder, type ServerProcess, startProxima } from '../support/process.ts'
import { hasRedisServer, startRedisServer } from '../support/redis-server.ts'
import { openDatabase } from '../support/test-database.ts'

const { freeGuesses } = guessPolicies.password

const guessCount = 250
/** Of POST /v1/auth/token, by address and node. */
const clientQuota = 300

const undo: (() => Promise<void>)[] = []
afterEach(async () => {
  await endLeftovers()
  for (const each of undo.splice(0)) await each()
})

/** Two processes with one database, and nothing else in common but what `more` says. */
async function startTwo(engine: TestEngine, more: Readonly<Record<string, string>> = {}) {
  const database = await engine.createDatabase()
  const folder = await freshFolder()
  const settings = {
    PROXIMA_DATABASE_URL: database.url,
    PROXIMA_DATA_DIR: folder.path,
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
    PROXIMA_DEFAULT_REGION: 'KE',
    // However slow the machine, none that has its turn within the budget comes too late for it.
    PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000',
    ...more,
  }
  const nodes = await Promise.all([startProxima(settings), startProxima(settings)])
  const db = openDatabase(database.url)
  undo.push(
    () => db.destroy(),
    () => database.drop(),
    () => folder.remove(),
  )
  return { nodes, db }
}

type Nodes = readonly [ServerProcess, ServerProcess]

function login([one, other]: Nodes, index: number, identifier: string, given: string) {
  const { client } = index % 2 === 0 ? one : other
  const headers = { 'x-forwarded-for': `198.51.${index >> 8}.${index & 0xff}` }
  return client.post('/v1/auth/login', { identifier, password: given }, { headers })
}

/**
 * Sends many guesses at once, to both nodes in turn and in every spelling.
 * @returns how many got 401, and the least and the most that the rules allow
 */
async function burst(nodes: Nodes, spellings: readonly string[], onAnswer: (count: number) => void) {
  const startedAt = performance.now()
  let answers = 0
  const guesses = Array.from({ length: guessCount }, async (_, index) => {
    const identifier = spellings[index % spellings.length] ?? ''
    const { status } = await login(nodes, index, identifier, `guess ${index}`)
    answers += 1
    onAnswer(answers)
    return status
  })
  const statuses = await Promise.all(guesses)
  expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([])
  const refused = statuses.filter((status) => status === 401).length
  // A guess that was answered 503 had its turn, and no verdict. No other took its place.
  const unavailable = statuses.filter((status) => status === 503).length
  const most = allowance((performance.now() - startedAt) / 1_000)
  return { refused, least: Math.max(1, freeGuesses - unavailable), most }
}

/** The guesses that the rules allow in that time: the free ones, unless the burst outlasts the first wait. */
function allowance(seconds: number): number {
  let guesses = freeGuesses
  for (
    let waited = waitSeconds(guessPolicies.password, guesses);
    waited <= seconds;
    waited += waitSeconds(guessPolicies.password, guesses)
  )
    guesses += 1
  return guesses
}

const account = { username: 'Baraka', email: 'baraka@example.org', phone_number: '0712345678', password }
const spellings = ['baraka', 'BARAKA', 'ｂａｒａｋａ', 'Baraka@EXAMPLE.org', '+254 712 345 678', '0712345678']
const strangerSpellings = ['nobody-here', 'NOBODY-HERE', 'ｎｏｂｏｄｙ-here', ' Nobody-Here ']

async function expectOneBudget(engine: TestEngine, redis: { url: string; kill(): Promise<void> } | null) {
  const { nodes, db } = await startTwo(engine, redis === null ? {} : { PROXIMA_REDIS_URL: redis.url })
  const { id } = (await nodes[0].client.register(account)).body
  let killed: Promise<void> = Promise.resolve()
  const { least, most } = await burst(nodes, spellings, (answers) => {
    if (answers === 100 && redis !== null) killed = redis.kill()
  })
  await killed
  const budgets = await db.selectFrom('guess_budgets').select('failures').execute()
  // One of the account, which every spelling names, and one of each identifier.
  expect(budgets).toHaveLength(4)
  const failed = db.selectFrom('audit_events').select('id').where('outcome', '=', 'failure')
  const { length: recorded } = await failed.where('account_id', '=', id).execute()
  expect(recorded).toBeLessThanOrEqual(most)
  // The trail stores a share of the refusals, and a guess whose identifier is refused meanwhile is one of them.
  expect(recorded).toBeGreaterThan(0)
  if (redis === null) {
    const counted = Math.max(...budgets.map(({ failures }) => failures))
    expect(counted).toBeGreaterThanOrEqual(Math.max(least, recorded))
    expect(counted).toBeLessThanOrEqual(most)
  }
  for (const [index, spelling] of spellings.entries())
    expect((await login(nodes, index, spelling, password)).status).toBe(429)
  return nodes
}

describe.each(engines)('two processes on one $name', (engine) => {
  it('A39: verify no more guesses together than one alone, without Redis', async () => {
    const nodes = await expectOneBudget(engine, null)
    // A stranger's budget is no other than that of an account (I4).
    const { refused, least, most } = await burst(nodes, strangerSpellings, () => undefined)
    expect(refused).toBeGreaterThanOrEqual(least)
    expect(refused).toBeLessThanOrEqual(most)
  })

  it.skipIf(!hasRedisServer)(
    'A39, I11: verify no more guesses if Redis is killed during the burst, and continue to count clients',
    async () => {
      const nodes = await expectOneBudget(engine, await startRedisServer())
      for (const { client } of nodes) {
        const headers = { 'x-forwarded-for': '203.0.113.99' }
        const tries = Array.from({ length: clientQuota + 50 }, () =>
          client.post('/v1/auth/token', { user_secret: `pxu_${'x'.repeat(43)}` }, { headers }),
        )
        const statuses = (await Promise.all(tries)).map(({ status }) => status)
        expect(statuses.filter((status) => status === 401)).toHaveLength(clientQuota)
        expect(statuses.filter((status) => status === 429)).toHaveLength(50)
      }
    },
  )
})

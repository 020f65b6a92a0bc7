import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines } from '../support/engines.ts'
import { connectFailing, FaultPlan } from '../support/failing-database.ts'
import { password } from '../support/password.ts'
import { rawRequest } from '../support/raw-request.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

const { freeGuesses } = guessPolicies.password
const wrong = 'eight green bottles stand here'
const attacker = '192.0.2.1'
const office = '203.0.113.77'

const env = {
  PROXIMA_LIMITS: 'on',
  PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
  PROXIMA_DEFAULT_REGION: 'KE',
  PROXIMA_PUBLIC_URL: 'https://id.example.org',
}

/** A server whose statements are recorded. */
interface Recorded {
  readonly server: TestServer
  readonly db: Database
  readonly plan: FaultPlan
}

async function startRecorded(
  engine: (typeof engines)[number],
  privacy: 'standard' | 'strict',
): Promise<Recorded> {
  const plan = new FaultPlan()
  // Each account is made on a server with standard privacy, which answers with it at once.
  const settings = { ...env, PROXIMA_PRIVACY: privacy }
  const server = await startTestServer(engine, { env: settings, connect: connectFailing(plan) })
  return { server, db: openDatabase(server.databaseUrl), plan }
}

const ofSignIn =
  /^(?:select|insert|update)\b.*["`](?:accounts|passwords|known_clients|guess_budgets|audit_events)["`]/

/** An answer without what differs between any two: the id of the request, the time and the use of the address. */
async function attempt({ server, plan }: Recorded, body: object, address: string) {
  plan.arm(0, 'unsent')
  const answer = await rawRequest(server.url, '/v1/auth/login', {
    method: 'POST',
    headers: [['x-forwarded-for', address]],
    body: JSON.stringify(body),
  })
  const { sent } = plan.disarm()
  const headers = answer.headers.filter(([name]) => !/^(?:x-request-id|date|ratelimit)$/i.test(name))
  const text = answer.text.replace(/"request_id":"[\w-]{36}"/, '"request_id":""')
  // The server also works by itself: it purges, sends messages and says that it runs.
  const statements = sent.filter((statement) => ofSignIn.test(statement))
  return { answer: { status: answer.status, headers, text }, statements }
}

async function attempts(recorded: Recorded, bodies: readonly object[], address: string) {
  const seen = []
  for (const body of bodies) seen.push(await attempt(recorded, body, address))
  return seen
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

async function statusOf(recorded: Recorded, body: object, address: string): Promise<number> {
  return (await attempt(recorded, body, address)).answer.status
}

const person = (username: string, phone_number: string) => ({
  username,
  email: `${username}@example.org`,
  phone_number,
  password,
})

describe.each(engines)('too many wrong passwords on $name, with standard privacy', (engine) => {
  let recorded: Recorded
  beforeAll(async () => {
    recorded = await startRecorded(engine, 'standard')
  })
  afterAll(async () => {
    await recorded?.db.destroy()
    await recorded?.server.close()
  })

  it('A34, A38: do not reveal which email or phone number belongs to a username', async () => {
    await recorded.server.client.register(person('juma', '0712000001'))
    await attempts(recorded, times(freeGuesses, { username: 'juma', password: wrong }), attacker)
    expect(await statusOf(recorded, { username: 'juma', password }, attacker)).toBe(429)
    const probes = [
      [{ email: 'juma@example.org' }, { email: 'stranger@example.org' }],
      [{ phone_number: '0712000001' }, { phone_number: '0712999991' }],
    ]
    for (const [own, foreign] of probes) {
      const bodies = (identifier: object | undefined) =>
        times(freeGuesses + 2, { ...identifier, password: wrong })
      const known = await attempts(recorded, bodies(own), attacker)
      const unknown = await attempts(recorded, bodies(foreign), attacker)
      expect(known.map(({ answer }) => answer)).toEqual(unknown.map(({ answer }) => answer))
      expect(known.at(-1)?.answer.status).toBe(429)
    }
  })

  it('A38: make even the right password wait, whichever identifier names the account', async () => {
    await recorded.server.client.register(person('kamau', '0712000002'))
    await attempts(recorded, times(freeGuesses, { username: 'kamau', password: wrong }), attacker)
    const body = { email: 'kamau@example.org', password }
    expect(await statusOf(recorded, body, attacker)).toBe(401)
    recorded.server.clock.advance(30)
    expect(await statusOf(recorded, body, attacker)).toBe(200)
  })

  it('A34: do not reveal from where the owner of an account signs in', async () => {
    await recorded.server.client.register(person('lina', '0712000003'))
    const own = { email: 'lina@example.org', password: wrong }
    const foreign = { email: 'nobody@example.org', password: wrong }
    expect(await statusOf(recorded, { ...own, password }, office)).toBe(200)
    await attempts(recorded, times(freeGuesses, own), attacker)
    await attempts(recorded, times(freeGuesses, foreign), attacker)
    const known = await attempt(recorded, own, office)
    const unknown = await attempt(recorded, foreign, office)
    expect(known.answer).toEqual(unknown.answer)
    expect(known.answer.status).toBe(429)
    expect(await statusOf(recorded, { ...own, password }, office)).toBe(200)
  })

  it('A34: do not reveal that the owner has signed in meanwhile', async () => {
    await recorded.server.client.register(person('musa', '0712000004'))
    const own = { username: 'musa', password: wrong }
    const foreign = { username: 'not-musa', password: wrong }
    expect(await statusOf(recorded, { ...own, password }, office)).toBe(200)
    await attempts(recorded, times(freeGuesses - 1, own), attacker)
    await attempts(recorded, times(freeGuesses - 1, foreign), attacker)
    // The owner mistypes twice, and signs in.
    await attempts(recorded, times(2, own), office)
    expect(await statusOf(recorded, { ...own, password }, office)).toBe(200)
    const known = await attempts(recorded, times(3, own), attacker)
    const unknown = await attempts(recorded, times(3, foreign), attacker)
    expect(known.map(({ answer }) => answer)).toEqual(unknown.map(({ answer }) => answer))
    expect(known.map(({ answer }) => answer.status)).toEqual([401, 429, 429])
  })

  it('A34: start from zero again when the owner signs in', async () => {
    await recorded.server.client.register(person('njeri', '0712000005'))
    const body = { username: 'njeri', password: wrong }
    for (let round = 0; round < 4; round++) {
      const mistakes = await attempts(recorded, times(freeGuesses - 1, body), office)
      expect(new Set(mistakes.map(({ answer }) => answer.status))).toEqual(new Set([401]))
      expect(await statusOf(recorded, { ...body, password }, office)).toBe(200)
    }
  })

  it('A34, A35: issue the same statements whether or not an account has the identifier', async () => {
    await recorded.server.client.register(person('omari', '0712000006'))
    await recorded.server.client.register(person('pendo', '0712000007'))
    await recorded.db
      .updateTable('accounts')
      .set({ status: 'suspended' })
      .where('username', '=', 'pendo')
      .execute()
    const bodies = (username: string, given = wrong) => times(freeGuesses + 2, { username, password: given })
    const unknown = await attempts(recorded, bodies('nobody-at-all'), '198.51.100.1')
    expect(unknown.map(({ answer }) => answer.status)).toEqual([...times(freeGuesses, 401), 429, 429])
    expect(await attempts(recorded, bodies('omari'), '198.51.100.2')).toEqual(unknown)
    expect(await attempts(recorded, bodies('pendo'), '198.51.100.3')).toEqual(unknown)
    recorded.server.clock.advance(60)
    // The right password of an account that may not sign in is no exception.
    const again = await attempts(recorded, times(3, { username: 'pendo', password }), '198.51.100.3')
    const stranger = await attempts(
      recorded,
      times(3, { username: 'nobody-at-all', password }),
      '198.51.100.1',
    )
    expect(again).toEqual(stranger)
  })
})

describe.each(engines)('too many wrong passwords on $name, with strict privacy', (engine) => {
  let recorded: Recorded
  beforeAll(async () => {
    recorded = await startRecorded(engine, 'strict')
    const registered = await recorded.server.client.register(person('amina', '0712000010'))
    expect(registered.status).toBe(202)
    await verifyAddresses(recorded.db)
  })
  afterAll(async () => {
    await recorded?.db.destroy()
    await recorded?.server.close()
  })

  it('A34, A38: are answered like one, with the same statements, and the right password is refused', async () => {
    const tries = freeGuesses + 5
    const known = await attempts(recorded, times(tries, { username: 'amina', password: wrong }), attacker)
    const usual = known[1]
    expect(usual?.answer.status).toBe(401)
    // The first one finds no row to change.
    expect(known.slice(1)).toEqual(times(tries - 1, usual))
    expect(known[0]?.answer).toEqual(usual?.answer)
    const unknown = await attempts(recorded, times(tries, { username: 'nobody', password: wrong }), attacker)
    expect(unknown).toEqual(known)
    expect(await attempt(recorded, { identifier: 'amina', password }, attacker)).toEqual(usual)
    for (const identifier of ['amina@example.org', '0712000010'])
      expect((await attempt(recorded, { identifier, password }, attacker)).answer).toEqual(usual?.answer)
    recorded.server.clock.advance(30)
    expect(await statusOf(recorded, { username: 'amina', password }, attacker)).toBe(200)
  })

  it('I15: leave an event for each attempt, which shows that the password was not the reason', async () => {
    const events = await recorded.db
      .selectFrom('audit_events')
      .select(['outcome', 'account_id'])
      .where('action', '=', 'sign_in')
      .where('outcome', '<>', 'success')
      .execute()
    const counts = { failure: 0, limited: 0 }
    for (const { outcome } of events) counts[outcome as keyof typeof counts] += 1
    expect(counts).toEqual({ failure: 2 * freeGuesses, limited: 2 * 5 + 3 })
  })

  it('A34: a signed-in caller may learn of the limit', async () => {
    const { body } = await recorded.server.client.login({ username: 'amina', password })
    const token = String(body.access_token)
    const change = { current_password: wrong, new_password: 'a wholly different phrase of words' }
    const statuses = []
    for (let guess = 0; guess <= freeGuesses; guess++)
      statuses.push((await recorded.server.client.put('/v1/me/password', change, { token })).status)
    expect(statuses).toEqual([...times(freeGuesses, 401), 429])
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import { readEvents, type StoredEvent } from '../support/audit-events.ts'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { dump, openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const { freeGuesses } = guessPolicies.password

const address = '192.0.2.7'
const from = { headers: { 'x-forwarded-for': address, 'user-agent': 'Canary/1.0' } }
const env = {
  PROXIMA_LIMITS: 'on',
  PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
  PROXIMA_PUBLIC_URL: 'https://id.example.org',
}

describe.each(engines)('the audit trail on $name', (engine) => {
  let server: TestServer
  let seen: number
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())
  beforeEach(async () => {
    seen = (await readEvents(server.databaseUrl)).length
  })

  const post = (path: string, body: object, headers: object = {}) =>
    server.client.post(path, body, { headers: { ...from.headers, ...headers } })
  const login = (body: object) => post('/v1/auth/login', body)

  /** Since the test began. */
  async function newEvents(): Promise<StoredEvent[]> {
    return (await readEvents(server.databaseUrl)).slice(seen)
  }

  const by = (accountId: unknown, method: string) => ({
    account_id: accountId,
    method,
    ip_address: address,
    at: server.clock.now().getTime(),
  })

  it('records who registered, how and from where', async () => {
    const withPassword = await post('/v1/auth/register', { username: 'amina', password })
    const withSecret = await post('/v1/auth/register', { username: 'baraka' })
    const registration = { action: 'registration', outcome: 'success', session_id: null }
    expect(await newEvents()).toEqual([
      { ...registration, ...by(withPassword.body.id, 'password') },
      { ...registration, ...by(withSecret.body.id, 'user_secret') },
    ])
  })

  it('records that the answer to a registration, which may contain a secret, was repeated', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() }
    const first = await post('/v1/auth/register', { username: 'chebet' }, key)
    const second = await post('/v1/auth/register', { username: 'chebet' }, key)
    expect(second.body).toEqual(first.body)
    expect(await newEvents()).toMatchObject([
      { action: 'registration', outcome: 'success', ...by(first.body.id, 'user_secret') },
      { action: 'registration', outcome: 'repeated', ...by(first.body.id, 'user_secret') },
    ])
  })

  it('records who signed in, and the new session, which has the device', async () => {
    const { body: user } = await post('/v1/auth/register', { username: 'dalila', password })
    const { body } = await login({ username: 'dalila', password })
    const [, event] = await newEvents()
    expect(event).toEqual({
      action: 'sign_in',
      outcome: 'success',
      session_id: body.session_id,
      ...by(user.id, 'password'),
    })
    const db = openDatabase(server.databaseUrl)
    const session = db.selectFrom('sessions').select('user_agent').where('id', '=', body.session_id)
    expect(await session.executeTakeFirst()).toEqual({ user_agent: 'Canary/1.0' })
    await db.destroy()
  })

  it('records the account of a wrong password, or that there was none', async () => {
    const { body: user } = await post('/v1/auth/register', { username: 'esther', password })
    await login({ username: 'esther', password: 'canary-guess' })
    await login({ username: 'stranger-canary', password })
    await login({ identifier: 'canary typed password', password: 'x' })
    await post('/v1/auth/token', { user_secret: 'pxu_canary' })
    const refused = { action: 'sign_in', outcome: 'failure', session_id: null }
    expect((await newEvents()).slice(1)).toEqual([
      { ...refused, ...by(user.id, 'password') },
      { ...refused, ...by(null, 'password') },
      { ...refused, ...by(null, 'password') },
      { ...refused, ...by(null, 'user_secret') },
    ])
  })

  it('records tries that come too early, at most once a minute', async () => {
    const { body: user } = await post('/v1/auth/register', { username: 'farida', password })
    for (let guess = 0; guess < freeGuesses; guess++) await login({ username: 'farida', password: 'wrong' })
    seen += 1 + freeGuesses
    for (let guess = 0; guess < 5; guess++)
      expect((await login({ username: 'farida', password })).status).toBe(429)
    expect(await newEvents()).toEqual([
      { action: 'sign_in', outcome: 'limited', session_id: null, ...by(user.id, 'password') },
    ])
    const { text } = await server.client.get('/metrics')
    expect(text).toContain('{action="sign_in",method="password",outcome="limited"} 5')
  })

  it('records that a password was hashed again', async () => {
    const { body: user } = await post('/v1/auth/register', { username: 'gathoni', password })
    const dearer = await startTestServer(engine, {
      databaseUrl: server.databaseUrl,
      clock: server.clock,
      env: { ...env, PROXIMA_PASSWORD_ITERATIONS: '3' },
    })
    await dearer.client.post('/v1/auth/login', { username: 'gathoni', password }, from)
    await dearer.close()
    expect((await newEvents()).slice(1)).toMatchObject([
      { action: 'sign_in', outcome: 'success' },
      { action: 'password_rehash', outcome: 'success', ...by(user.id, 'password') },
    ])
  })

  it('contains nothing that was typed', async () => {
    const db = openDatabase(server.databaseUrl)
    const kept = (await dump(db)).filter(({ column }) => column !== 'user_agent')
    await db.destroy()
    // A control: an empty database would pass too.
    expect(
      kept.filter(({ table, column }) => table === 'audit_events' && column === 'id').length,
    ).toBeGreaterThan(9)
    for (const { table, column, value } of kept)
      expect(String(value).toLowerCase(), `${table}.${column}`).not.toContain('canary')
  })
})

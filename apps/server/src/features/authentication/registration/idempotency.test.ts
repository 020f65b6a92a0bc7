import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { openServices } from '../../../../tests/support/services.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const path = '/v1/auth/register'
const daySeconds = 86_400

describe.each(engines)('registering with an Idempotency-Key on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_TRUSTED_PROXIES: '127.0.0.1' } })
  })
  afterAll(async () => await server?.close())

  const register = (key: string, body: object, address = '192.0.2.1') =>
    server.client.post(path, body, { headers: { 'idempotency-key': key, 'x-forwarded-for': address } })

  it('gives the same answer again, its secret included, and registers once', async () => {
    const key = randomUUID()
    const first = await register(key, { username: 'amina' })
    const second = await register(key, { username: 'amina' })
    expect(first.status).toBe(201)
    expect(second.status).toBe(201)
    expect(second.body).toEqual(first.body)
    expect(second.body.user_secret).toMatch(/^pxu_/)
  })

  it('registers once, and answers all, if several requests with a password arrive at once', async () => {
    const body = { username: 'baraka2', password: 'correct horse battery staple' }
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(key, body)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })

  it('repeats the first answer, whatever has changed since', async () => {
    const key = randomUUID()
    const first = await register(key, { username: 'zawadi' })
    const { body } = await server.client.post('/v1/auth/token', { user_secret: first.body.user_secret })
    server.clock.advance(60)
    await server.client.patch('/v1/me', { full_name: 'Zawadi' }, { token: String(body.access_token) })
    expect((await register(key, { username: 'zawadi' })).body).toEqual(first.body)
  })

  it('stores no digest from which the password could be guessed', async () => {
    const body = { username: 'digest', password: 'correct horse battery staple' }
    await register(randomUUID(), body)
    const db = openDatabase(server.databaseUrl)
    const rows = await db.selectFrom('idempotency_keys').selectAll().execute()
    await db.destroy()
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['account_id', 'answer_sealed', 'created_at', 'digest'])
  })

  it('does not hash a password for a retry', async () => {
    const body = { username: 'chege', password: 'correct horse battery staple' }
    const key = randomUUID()
    const first = await register(key, body)
    expect((await register(key, body)).body).toEqual(first.body)
  })

  it('refuses the key with another request', async () => {
    const key = randomUUID()
    await register(key, { username: 'dalia' })
    const other = await register(key, { username: 'dalia2' })
    expect(other.status).toBe(422)
    expect(other.body.errors).toMatchObject([{ code: 'idempotency_key_reused' }])
  })

  it('stores no refusal: the same key works with a corrected request', async () => {
    const key = randomUUID()
    expect((await register(key, { username: 'x' })).status).toBe(422)
    expect((await register(key, { username: 'emeka' })).status).toBe(201)
  })

  it('accepts a guessable key only from its own client', async () => {
    const body = { username: 'fatma', password: 'correct horse battery staple' }
    const first = await register('1', body)
    const thief = await register('1', body, '198.51.100.66')
    expect([first.status, thief.status]).toEqual([201, 409])
    expect((await register('1', body)).body).toEqual(first.body)
  })

  it('refuses a guessable key if the answer contains a secret: people behind one address would share it', async () => {
    const long = 'register-customer-2026-11-21-000042'
    const zeros = '00000000-0000-4000-8000-000000000001'
    for (const key of ['1', long, zeros, zeros.replaceAll('-', ''), 'd41d8cd98f00b204e9800998ecf8427']) {
      const { status, body } = await register(key, { username: 'fatuma' })
      expect([status, body.errors?.[0]?.code], key).toEqual([422, 'idempotency_key_guessable'])
    }
    const random = [randomUUID(), newId(), randomBytes(16).toString('hex'), '01KAJQ2X8ZVN4T6W9RBH3MCFGD']
    for (const [index, key] of random.entries()) {
      const first = await register(key, { username: `fatuma-${index}` })
      expect(first.status, key).toBe(201)
      const elsewhere = await register(key, { username: `fatuma-${index}` }, '198.51.100.66')
      expect(elsewhere.body).toEqual(first.body)
    }
  })

  it('keeps the answer sealed, and no longer than a day', async () => {
    const key = randomUUID()
    const { body } = await register(key, { username: 'gathoni' })
    const db = openDatabase(server.databaseUrl)
    const rows = await db.selectFrom('idempotency_keys').selectAll().execute()
    await db.destroy()
    expect(JSON.stringify(rows)).not.toContain(body.user_secret)
    expect(JSON.stringify(rows)).not.toContain(key)
    server.clock.advance(daySeconds)
    expect((await register(key, { username: 'gathoni' })).status).toBe(409)
  })

  it('refuses an invalid key', async () => {
    for (const key of ['two words', 'k'.repeat(256)]) {
      const answer = await register(key, { username: 'hamisi' })
      expect(answer.status).toBe(400)
      expect(answer.body.code).toBe('malformed_request')
    }
  })

  it('keeps the answer, in every purge, until a retry would be a new request', async () => {
    const services = openServices(server)
    const key = randomUUID()
    const first = await register(key, { username: 'imara' })
    server.clock.advance(daySeconds - 1)
    await services.idempotency.purge(500)
    expect((await register(key, { username: 'imara' })).body).toEqual(first.body)
    server.clock.advance(1)
    expect(await services.idempotency.purge(500)).toBeGreaterThan(0)
    await services.close()
  })
})

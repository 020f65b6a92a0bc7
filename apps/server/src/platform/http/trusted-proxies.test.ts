import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { openDatabase } from '../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import type { Database } from '../database/tables.ts'

const forged = {
  'x-forwarded-for': '203.0.113.7',
  forwarded: 'for=203.0.113.7',
  'x-real-ip': '203.0.113.7',
  'cf-connecting-ip': '203.0.113.7',
  'true-client-ip': '203.0.113.7',
  'x-client-ip': '203.0.113.7',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
}

interface Proxied {
  readonly server: TestServer
  readonly db: Database
  /** The address that a sign-in with these headers leaves in its session. */
  addressOf(headers: Record<string, string>): Promise<string | null>
  close(): Promise<void>
}

async function startBehind(proxies: string | null): Promise<Proxied> {
  const env: Record<string, string> = proxies === null ? {} : { PROXIMA_TRUSTED_PROXIES: proxies }
  const server = await startTestServer(sqlite, { env })
  const db = openDatabase(server.databaseUrl)
  const { body } = await server.client.register({ username: 'amina' })
  return {
    server,
    db,
    addressOf: async (headers) => {
      const login = await server.client.post('/v1/auth/token', { user_secret: body.user_secret }, { headers })
      if (login.status !== 200) throw new Error(login.text)
      const { ip_address } = await db
        .selectFrom('sessions')
        .select('ip_address')
        .where('id', '=', login.body.session_id)
        .executeTakeFirstOrThrow()
      return ip_address
    },
    close: async () => {
      await db.destroy()
      await server.close()
    },
  }
}

describe('if no proxy is trusted', () => {
  let proxied: Proxied
  beforeAll(async () => {
    proxied = await startBehind(null)
  })
  afterAll(async () => await proxied?.close())

  it('A42: a forwarding header is ignored, whatever it is called', async () => {
    expect(await proxied.addressOf(forged)).toBe('127.0.0.1')
    for (const [name, value] of Object.entries(forged))
      expect(await proxied.addressOf({ [name]: value }), name).toBe('127.0.0.1')
  })

  it('A87: neither a forwarding header nor Host changes where a problem or a link leads', async () => {
    const { client, url } = proxied.server
    const answer = await client.get('/nothing', { headers: { ...forged, host: 'evil.example' } })
    expect(answer.body.type).toBe(`${url}/docs/problems/not_found`)
    const text = await client.get('/.well-known/security.txt', { headers: forged })
    expect(text.text).not.toContain('evil.example')
  })
})

describe('if another machine is the proxy', () => {
  let proxied: Proxied
  beforeAll(async () => {
    proxied = await startBehind('10.0.0.1,192.168.0.0/16')
  })
  afterAll(async () => await proxied?.close())

  it('A42: the forwarding headers of this one are ignored', async () => {
    expect(await proxied.addressOf(forged)).toBe('127.0.0.1')
    expect(await proxied.addressOf({ 'x-forwarded-for': '203.0.113.7, 10.0.0.1' })).toBe('127.0.0.1')
  })
})

describe('if the proxy is trusted', () => {
  let proxied: Proxied
  beforeAll(async () => {
    proxied = await startBehind('127.0.0.0/8,10.0.0.1')
  })
  afterAll(async () => await proxied?.close())

  it('the address that it forwards is the caller', async () => {
    expect(await proxied.addressOf({ 'x-forwarded-for': '203.0.113.7' })).toBe('203.0.113.7')
    expect(await proxied.addressOf({ 'x-forwarded-for': '2001:db8::7' })).toBe('2001:db8::7')
    expect(await proxied.addressOf({ forwarded: 'for="[2001:db8::8]:443";proto=https' })).toBe('2001:db8::8')
    expect(await proxied.addressOf({})).toBe('127.0.0.1')
  })

  it('A42: an address that the caller wrote into the header is ignored', async () => {
    const chained = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' }
    expect(await proxied.addressOf(chained)).toBe('203.0.113.7')
    const through = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7, 10.0.0.1' }
    expect(await proxied.addressOf(through)).toBe('203.0.113.7')
    expect(await proxied.addressOf({ 'x-forwarded-for': '<script>, 203.0.113.7' })).toBe('203.0.113.7')
  })

  it('A42: the other headers are still ignored', async () => {
    const { 'x-forwarded-for': _, forwarded: __, ...others } = forged
    expect(await proxied.addressOf(others)).toBe('127.0.0.1')
  })

  it('A42: a text that is not an address is never stored as one', async () => {
    for (const text of ['unknown', '<script>', "' or 1=1", `fe80::1%${'a'.repeat(300)}`, 'a'.repeat(2_000)]) {
      const { client } = proxied.server
      await client.post('/v1/auth/token', { user_secret: 'x' }, { headers: { 'x-forwarded-for': text } })
      await proxied.addressOf({ 'x-forwarded-for': text }).catch(() => null)
    }
    const rows = await proxied.db.selectFrom('sessions').select('ip_address').execute()
    for (const { ip_address } of rows) expect(ip_address).toMatch(/^[0-9a-f.:]{3,39}$/)
  })
})

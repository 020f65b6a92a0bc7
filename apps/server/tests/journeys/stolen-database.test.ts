import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestSecret } from '../../src/platform/crypto/digests.ts'
import { newApiKey } from '../support/api-keys.ts'
import { engines } from '../support/engines.ts'
import { plainPng } from '../support/images.ts'
import { password } from '../support/password.ts'
import { newPerson } from '../support/people.ts'
import { putImage } from '../support/pictures.ts'
import { openServerKey } from '../support/server-key.ts'
import { type Cell, dump, openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer, testSecret } from '../support/test-server.ts'

const address = '14 Kenyatta Avenue, Nyeri'
const nationalId = 'KE-29384756'
const homeAddress = '9 Kimathi Way, Karatina'

describe.each(engines)('a thief of the whole database on $name', (engine) => {
  let server: TestServer
  let cells: Cell[]
  let userSecret: string
  let apiKey: string
  let receipt: string
  const tokens: string[] = []
  let privateKey: string
  beforeAll(async () => {
    server = await startTestServer(engine)
    const details = { address, national_id: nationalId }
    await server.client.register({ username: 'amina', email: 'amina@example.com', password, ...details })
    const login = await server.client.login({ username: 'amina', password })
    const token = String(login.body.access_token)
    await server.client.patch('/v1/me/profile', { home_address: homeAddress, county: 'Nyeri' }, { token })
    await putImage(server.client, { token }, plainPng(8, 8))
    const barasa = await newPerson(server.client, 'barasa')
    userSecret = barasa.secret
    tokens.push(token, barasa.token)
    for (const token of tokens) expect((await server.client.me(token)).status).toBe(200)
    apiKey = (await newApiKey(server.client, barasa.token)).key
    const leaver = await newPerson(server.client, 'cheptoo')
    const proof = JSON.stringify({ user_secret: leaver.secret })
    const deleted = await server.client.send('DELETE', '/v1/me', proof, { token: leaver.token })
    receipt = deleted.body.receipt
    const strict = await startTestServer(engine, {
      databaseUrl: server.databaseUrl,
      env: { PROXIMA_PRIVACY: 'strict' },
    })
    for (const email of ['amina@example.com', 'zawadi@example.com'])
      expect((await strict.client.register({ email, password })).status).toBe(202)
    await strict.close()
    const db = openDatabase(server.databaseUrl)
    privateKey = (await openServerKey(db)).jwk.d ?? ''
    cells = await dump(db)
    await db.destroy()
  })
  afterAll(async () => await server?.close())

  it('sees every table', () => {
    const tables = new Set(cells.map(({ table }) => table))
    for (const table of [
      'accounts',
      'profiles',
      'pictures',
      'picture_files',
      'account_roles',
      'passwords',
      'user_secrets',
      'api_keys',
      'sessions',
      'signing_keys',
      'messages',
      'deletions',
    ])
      expect(tables).toContain(table)
    expect(placesOf('amina@example.com')).toContain('accounts.email')
    expect(placesOf('Nyeri').sort()).toEqual(['audit_events.changes', 'profiles.county'])
    expect(placesOf(digestSecret(userSecret))).toEqual(['user_secrets.digest'])
    expect(placesOf(digestSecret(apiKey))).toEqual(['api_keys.digest'])
  })

  it('A85: finds no password, user secret, token, private key or master secret, in any encoding', () => {
    const parts = tokens.flatMap((token) => [token, token.split('.')[2] ?? ''])
    const secrets = [password, userSecret, userSecret.slice('pxu_'.length), testSecret]
    secrets.push(address, nationalId, homeAddress, receipt, receipt.slice('pxd_'.length))
    secrets.push(apiKey, apiKey.slice('pxk_'.length))
    for (const secret of [...secrets, ...parts]) expect(placesOf(secret), secret).toEqual([])
    expect(privateKey).toMatch(/^[\w-]{43}$/)
    expect(placesOf(privateKey)).toEqual([])
    expect(placesOf(Buffer.from(privateKey, 'base64url'))).toEqual([])
  })

  it('finds neither recipients nor texts in the outbox', () => {
    // The account itself, and what administrators search for.
    const places = ['account_terms.term', 'accounts.email', 'accounts.email_canonical']
    for (const email of ['amina@example.com', 'zawadi@example.com'])
      expect([...new Set(placesOf(email))].sort()).toEqual(places)
    for (const said of ['already have an account', 'Your Proxima registration'])
      expect(placesOf(said)).toEqual([])
  })

  it('A85: cannot sign in with anything in it', async () => {
    const found = [...new Set(cells.map(({ value }) => String(value)))]
    for (const text of found) {
      const login = await server.client.post('/v1/auth/token', { user_secret: text.slice(0, 200) })
      expect(login.status, text).toBe(401)
      if (/^[\x21-\x7e]+$/.test(text)) expect((await server.client.me(text)).status, text).toBe(401)
    }
    const ofPasswords = cells.filter(({ table, column }) => table === 'passwords' && column === 'hash')
    const hashes = ofPasswords.map(({ value }) => String(value))
    expect(hashes).toHaveLength(2)
    for (const hash of hashes)
      expect((await server.client.login({ username: 'amina', password: hash })).status).toBe(401)
  })

  /** The columns that hold the secret: as it is, in hexadecimal, or anywhere within something in base64. */
  function placesOf(secret: string | Buffer): string[] {
    const bytes = Buffer.from(secret as string)
    const needles = [bytes.toString('latin1'), bytes.toString('hex'), ...inBase64(bytes)]
    return cells
      .filter(({ value }) => {
        const texts = value instanceof Uint8Array ? encodingsOf(Buffer.from(value)) : [utf8(String(value))]
        return texts.some((text) =>
          needles.some((needle) => text.includes(needle) || text.toLowerCase() === needle),
        )
      })
      .map(({ table, column }) => `${table}.${column}`)
  }
})

function encodingsOf(bytes: Buffer): string[] {
  return [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64')]
}

/** Text as its bytes, so that it compares with what is no text. */
function utf8(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** What the bytes look like in base64 wherever they begin in it, without the characters that others share. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const inner = text.slice(offset === 0 ? 0 : offset + 1, -1)
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

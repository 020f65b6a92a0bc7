import { createHmac } from 'node:crypto'
import { jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../support/engines.ts'
import { TestClient } from '../../support/test-client.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const secret = 'Zk3vR8qLw1XyT6mBn0Ha5Jc9Df2Gs7Pe4Ui'
const signedWith = (key: string, header: object, claims: object) => {
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
const header = { alg: 'HS256', typ: 'JWT' }
const payloadOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

describe('tokens with a shared secret', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, {
      env: {
        PROXIMA_CONTRACTS: 'user-secret-envelope',
        PROXIMA_CONTRACT_USER_SECRET_TOKEN_SECRET: secret,
      },
    })
  })
  afterAll(() => server?.close())

  async function newToken(username: string): Promise<string> {
    const plain = new TestClient(server.url)
    const { user_secret } = (await plain.post('/v1/auth/register', { username })).body.data
    return String((await plain.post('/v1/auth/token', { user_secret })).body.data.access_token)
  }

  async function refusalOf(token: string): Promise<unknown> {
    const answer = await new TestClient(server.url).get('/v1/auth/me', { token })
    expect(answer.status).toBe(401)
    return answer.body.detail
  }

  it('have the old claims, the session and their own audience, and are checked by the old programs', async () => {
    const token = await newToken('shared')
    const claims = payloadOf(token)
    const now = Math.floor(server.clock.now().getTime() / 1_000)
    expect(claims).toEqual({
      sub: expect.any(String),
      sid: expect.any(String),
      aud: 'urn:proxima:contract:user-secret-envelope',
      iat: now,
      exp: now + 1_800,
    })
    expect(token).toBe(signedWith(secret, header, claims))
  })

  it('A65, A66: are accepted by the paths of the contract, and by no other', async () => {
    const token = await newToken('alone')
    const plain = new TestClient(server.url)
    expect((await plain.get('/v1/auth/me', { token })).body.data.username).toBe('alone')
    expect((await plain.get('/v1/me', { token })).status).toBe(401)
    const claims = payloadOf(token)
    const [publicKey] = (await plain.get('/.well-known/jwks.json')).body.keys
    const forged = [
      signedWith(JSON.stringify(publicKey), header, claims),
      signedWith(`${secret}x`, header, claims),
      signedWith(secret, { alg: 'none', typ: 'JWT' }, claims),
      signedWith(secret, { ...header, kid: 'x' }, claims),
      signedWith(secret, header, { ...claims, aud: 'urn:proxima:contract:user-secret' }),
      signedWith(secret, header, { ...claims, aud: undefined }),
      signedWith(secret, header, { ...claims, sid: claims['sub'] }),
      signedWith(secret, header, { ...claims, exp: undefined }),
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      `${token}.`,
    ]
    for (const token of forged) expect(await refusalOf(token)).toBe('Could not validate credentials')
  })

  it('end at once with their session, and after half an hour', async () => {
    const plain = new TestClient(server.url)
    const { user_secret } = (await plain.post('/v1/auth/register', { username: 'leaving' })).body.data
    const signedIn = await plain.post('/v1/auth/token', { user_secret })
    const token = String(signedIn.body.data.access_token)
    const native = await plain.post('/v1/auth/token', { user_secret, mode: 'token' })
    expect((await plain.get('/v1/auth/me', { token })).status).toBe(200)
    await plain.send('DELETE', '/v1/me/sessions', undefined, { token: native.body.access_token })
    expect(await refusalOf(token)).toBe('Could not validate credentials')
    const late = await newToken('late')
    server.clock.advance(1_800)
    expect(await refusalOf(late)).toBe('Token has expired')
  })
})

describe('the other forms of a token with a shared secret', () => {
  it('have no audience if the setting says so, and end with the longest session', async () => {
    const server = await startTestServer(sqlite, {
      env: {
        PROXIMA_CONTRACTS: 'user-secret-envelope',
        PROXIMA_CONTRACT_USER_SECRET_TOKEN_SECRET: secret,
        PROXIMA_CONTRACT_TOKEN_AUDIENCE: 'off',
        PROXIMA_SESSION_TTL_SECONDS: '900',
      },
    })
    const plain = new TestClient(server.url)
    const { user_secret } = (await plain.post('/v1/auth/register', { username: 'brief' })).body.data
    const token = String((await plain.post('/v1/auth/token', { user_secret })).body.data.access_token)
    const claims = payloadOf(token)
    expect([claims['aud'], Number(claims['exp']) - Number(claims['iat'])]).toEqual([undefined, 900])
    expect((await plain.get('/v1/auth/me', { token })).status).toBe(200)
    expect((await plain.get('/v1/me', { token })).status).toBe(401)
    await server.close()
  })

  it('are what the old program checks: HS256 over the text of the secret, with the id as the subject', async () => {
    const server = await startTestServer(sqlite, {
      env: {
        PROXIMA_CONTRACTS: 'phone-password',
        PROXIMA_DEFAULT_REGION: 'KE',
        PROXIMA_CONTRACT_PHONE_PASSWORD_TOKEN_SECRET: secret,
      },
    })
    const plain = new TestClient(server.url)
    const alice = { full_name: 'Alice', phone_number: '0712345678', password: 'pass123' }
    const { id } = (await plain.post('/api/users/register', alice)).body
    const { full_name: _name, ...credentials } = alice
    const token = String((await plain.post('/api/users/login', credentials)).body.token)
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      audience: 'urn:proxima:contract:phone-password',
      currentDate: server.clock.now(),
    })
    expect(payload.sub).toBe(id)
    expect(Number(payload.exp) - Number(payload.iat)).toBe(86_400)
    await server.close()
  })
})

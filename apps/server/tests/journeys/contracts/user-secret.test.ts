import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../support/engines.ts'
import { password } from '../../support/password.ts'
import { type Answer, TestClient } from '../../support/test-client.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const env = { PROXIMA_CONTRACTS: 'user-secret' }

function oldClient({ url }: TestServer) {
  const client = new TestClient(url)
  return {
    client,
    register: (body: unknown) => client.post('/v1/auth/register', body),
    signIn: (body: unknown, headers = {}) => client.post('/v1/auth/token', body, { headers }),
  }
}

function expectDetail(answer: Answer, status: number, detail: unknown = expect.any(String)): void {
  expect([answer.status, answer.body]).toEqual([status, { detail }])
  expect(answer.headers.get('content-type')).toBe('application/json')
}

describe.each(engines)('the client of user-secret on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(() => server?.close())

  it('registers, signs in, and is refused a name that is taken and a secret that is wrong', async () => {
    const { register, signIn, client } = oldClient(server)
    const registered = await register({ username: 'user1' })
    expect([registered.status, registered.body]).toEqual([
      200,
      { id: expect.any(String), username: 'user1', user_secret: expect.stringMatching(/^.{43,}$/) },
    ])
    expectDetail(await register({ username: 'user1' }), 400, 'Username already registered')
    const { user_secret } = registered.body
    const signedIn = await signIn({ user_secret })
    expect([signedIn.status, signedIn.body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'bearer' },
    ])
    const wrong = await signIn({ user_secret: `${user_secret}x` })
    expectDetail(wrong, 401, 'Invalid credentials')
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer')
    expect((await client.me(String(signedIn.body.access_token))).body.username).toBe('user1')
    server.clock.advance(29 * 60)
    expect((await client.me(String(signedIn.body.access_token))).status).toBe(200)
    server.clock.advance(60)
    expect((await client.me(String(signedIn.body.access_token))).status).toBe(401)
  })
})

describe('what clients of user-secret send wrongly', () => {
  let server: TestServer
  let old: ReturnType<typeof oldClient>
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env })
    old = oldClient(server)
  })
  afterAll(() => server?.close())

  const loc = ['body', 'username']

  it.each([
    [{}, { type: 'missing', loc, msg: 'Field required', input: {} }],
    [null, { type: 'missing', loc: ['body'], msg: 'Field required', input: null }],
    [
      ['user1'],
      {
        type: 'model_attributes_type',
        loc: ['body'],
        msg: 'Input should be a valid dictionary or object to extract fields from',
        input: ['user1'],
      },
    ],
    [{ username: null }, { type: 'string_type', loc, msg: 'Input should be a valid string', input: null }],
    [
      { username: '' },
      {
        type: 'string_too_short',
        loc,
        msg: 'String should have at least 3 characters',
        input: '',
        ctx: { min_length: 3 },
      },
    ],
    [
      { username: 'x'.repeat(51), other: true },
      {
        type: 'string_too_long',
        loc,
        msg: 'String should have at most 50 characters',
        input: 'x'.repeat(51),
        ctx: { max_length: 50 },
      },
    ],
  ])('registers %j: 422 in the form of Pydantic', async (body, error) => {
    expectDetail(await old.register(body), 422, [error])
  })

  it.each(['user name', 'amina@example.com', '+254712345678', 'admin', 'аdmіn1', 'a\u202eb', 'user\u0000'])(
    'A16 to A18, A26: refuses the username %j by the rules of the server',
    async (username) => {
      const error = {
        type: 'value_error',
        loc,
        msg: expect.stringMatching(/^Value error, ./),
        input: username,
      }
      expectDetail(await old.register({ username }), 422, [error])
    },
  )

  it('A17: refuses a username that looks like another one', async () => {
    await old.register({ username: 'paypal' })
    expect((await old.register({ username: 'PayPal' })).status).toBe(400)
    expect((await old.register({ username: 'paypa1' })).status).toBe(400)
  })

  it.each([[{}], [{ user_secret: null }], [{ user_secret: 5 }]])('signs in with %j: 422', async (body) => {
    expect((await old.signIn(body)).body.detail).toMatchObject([{ loc: ['body', 'user_secret'] }])
  })

  it.each(['', 'invalid', 'null', 'x'.repeat(10_000)])(
    'signs in with the secret %j: 401',
    async (user_secret) => {
      expectDetail(await old.signIn({ user_secret }), 401, 'Invalid credentials')
    },
  )

  it('ignores a header Authorization, whatever it is', async () => {
    const { user_secret } = (await old.register({ username: 'amina' })).body
    for (const authorization of ['Bearer null', 'Bearer', 'Bearer old', 'Basic YTpi'])
      expect((await old.signIn({ user_secret }, { authorization })).status).toBe(200)
  })

  it('answers in its own shape to what is wrong with HTTP', async () => {
    const { client } = old
    const path = '/v1/auth/token'
    const broken = await client.send('POST', path, '{"user_secret":')
    expect([broken.status, broken.body.detail[0].type]).toEqual([422, 'json_invalid'])
    expectDetail(await client.send('POST', path, 'a=b', { headers: { 'content-type': 'text/plain' } }), 415)
    expectDetail(await client.post(path, { user_secret: 'x'.repeat(670_000) }), 413)
    expectDetail(await client.get(path), 405, 'Method Not Allowed')
  })

  it('lets scripts of every origin call, and no other path of the server', async () => {
    const headers = {
      origin: 'https://old.example.org',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    }
    const preflight = await old.client.send('OPTIONS', '/v1/auth/token', undefined, { headers })
    expect(preflight.status).toBe(200)
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'https://old.example.org',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-allow-methods': expect.stringContaining('POST'),
      vary: 'Origin, Access-Control-Request-Headers',
    })
    const call = await old.signIn({ user_secret: 'x' }, { origin: 'https://old.example.org' })
    expect(call.headers.get('access-control-allow-origin')).toBe('https://old.example.org')
    const native = await old.client.send('OPTIONS', '/v1/me', undefined, { headers })
    expect([native.status, native.headers.get('access-control-allow-origin')]).toEqual([405, null])
  })
})

describe('the native API at the same paths', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env })
  })
  afterAll(() => server?.close())

  it('answers a body with a field that only it knows', async () => {
    const { client } = server
    const registered = await client.register({ username: 'native', password })
    expect([registered.status, registered.body.status]).toEqual([201, 'active'])
    const taken = await client.register({ username: 'native', password })
    expect([taken.status, taken.body.code]).toEqual([409, 'username_taken'])
    const wrong = await client.post('/v1/auth/token', { user_secret: 'x', mode: 'token' })
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials'])
  })

  it('answers a client that reads its errors, whatever the body', async () => {
    const { client } = server
    const headers = { accept: 'application/json, application/problem+json' }
    const registered = await client.post('/v1/auth/register', { username: 'precise' }, { headers })
    expect([registered.status, registered.body.status]).toEqual([201, 'active'])
    const { user_secret } = registered.body
    const signedIn = await client.post('/v1/auth/token', { user_secret }, { headers })
    expect(signedIn.body).toMatchObject({ refresh_token: expect.any(String), user: { username: 'precise' } })
    expect((await client.send('POST', '/v1/auth/token', '{', { headers })).body.code).toBe(
      'malformed_request',
    )
    expect((await client.get('/v1/auth/token', { headers })).body.code).toBe('method_not_allowed')
  })

  it('is alone at its place if the contract has a prefix', async () => {
    const other = await startTestServer(sqlite, { env: { PROXIMA_CONTRACTS: 'user-secret=/old' } })
    const plain = new TestClient(other.url)
    expect((await plain.post('/v1/auth/register', { username: 'one' })).status).toBe(201)
    const old = await plain.post('/old/v1/auth/register', { username: 'two', email: 'ignored@example.com' })
    expect([old.status, Object.keys(old.body as object)]).toEqual([200, ['id', 'username', 'user_secret']])
    expectDetail(await plain.get('/old/v1/auth/me'), 404, 'Not Found')
    await other.close()
  })
})

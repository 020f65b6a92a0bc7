import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../support/engines.ts'
import { type Answer, TestClient } from '../../support/test-client.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const env = { PROXIMA_CONTRACTS: 'user-secret-envelope' }

function oldClient({ url }: TestServer) {
  const client = new TestClient(url)
  return {
    client,
    register: (body: unknown) => client.post('/v1/auth/register', body),
    signIn: (user_secret: unknown) => client.post('/v1/auth/token', { user_secret }),
    me: (authorization?: string) =>
      client.get('/v1/auth/me', authorization === undefined ? {} : { headers: { authorization } }),
  }
}

function expectDetail(answer: Answer, status: number, detail: unknown): void {
  expect([answer.status, answer.body]).toEqual([status, { detail }])
  if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer')
}

/** As `scripts/test_flow.sh` of the old program takes a value out of an answer. */
function taken(text: string, name: string): string {
  if (/"error":[^n]/.test(text)) throw new Error(`an error: ${text}`)
  return new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1] ?? ''
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe.each(engines)('the client of user-secret-envelope on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(() => server?.close())

  it('registers two users, signs them in, and asks who they are', async () => {
    const { register, signIn, me } = oldClient(server)
    const at = server.clock.now().toISOString()
    for (const username of ['user1', 'user_-2']) {
      const registered = await register({ username, email: undefined, extra: 1 })
      expect([registered.status, registered.body]).toEqual([
        201,
        {
          data: {
            id: expect.stringMatching(uuid),
            username,
            key_id: expect.stringMatching(uuid),
            user_secret: expect.stringMatching(/^[0-9a-f-]{36}\.[\w-]{43}$/),
            created_at: at,
            updated_at: at,
          },
          message: 'User registered successfully',
          error: null,
        },
      ])
      expect(registered.text).toContain('"data":{')
      const secret = taken(registered.text, 'user_secret')
      expect(secret.split('.')[0]).toBe(taken(registered.text, 'key_id'))
      const signedIn = await signIn(secret)
      expect([signedIn.status, signedIn.body]).toEqual([
        200,
        {
          data: { access_token: expect.any(String), token_type: 'bearer' },
          message: 'Login successful',
          error: null,
        },
      ])
      const token = taken(signedIn.text, 'access_token')
      for (const authorization of [`Bearer ${token}`, `bearer ${token}`]) {
        const current = await me(authorization)
        expect([current.status, current.body]).toEqual([
          200,
          {
            data: { id: registered.body.data.id, username, created_at: at, updated_at: at },
            message: 'Current user retrieved successfully',
            error: null,
          },
        ])
      }
    }
    expectDetail(await register({ username: 'user1' }), 400, 'Username already exists')
  })

  it('A34: is refused a secret that is wrong or of another form', async () => {
    const { register, signIn } = oldClient(server)
    const { data } = (await register({ username: 'careful' })).body
    const [keyId, secret] = String(data.user_secret).split('.')
    const random = 'x'.repeat(43)
    const wrong = [`${keyId}.${secret}x`, `${keyId}.${random}`, `${keyId}.`, `.${secret}`]
    const foreign = ['invalid.key.format', 'toolong.key.thisisnotvalidbase64', `${keyId}x.${random}`]
    for (const each of [...wrong, ...foreign]) expectDetail(await signIn(each), 401, 'Invalid API key')
    for (const each of ['', 'invalid-api-key', 'null', `${keyId}${secret}`])
      expectDetail(await signIn(each), 401, 'Invalid API key format')
  })
})

describe('what clients of user-secret-envelope send wrongly', () => {
  let server: TestServer
  let old: ReturnType<typeof oldClient>
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env })
    old = oldClient(server)
  })
  afterAll(() => server?.close())

  it.each([
    ['ab', 'string_too_short'],
    ['x'.repeat(51), 'string_too_long'],
    ['user name', 'string_pattern_mismatch'],
    ['user@name', 'string_pattern_mismatch'],
    ['user+name', 'string_pattern_mismatch'],
    ['аmina', 'string_pattern_mismatch'],
    ['ami\u202ena', 'string_pattern_mismatch'],
    ['amina\u0000', 'string_pattern_mismatch'],
    ['amina\n', 'string_pattern_mismatch'],
    [null, 'string_type'],
  ])('A16 to A18: registers %j: 422 %s', async (username, type) => {
    const answer = await old.register({ username })
    expect([answer.status, answer.body.detail]).toEqual([
      422,
      [expect.objectContaining({ type, loc: ['body', 'username'], input: username })],
    ])
  })

  it.each([
    ['1amina', /start with a letter/],
    ['_amina', /start with a letter/],
    ['ami__na', /consecutive/],
    ['ami--na', /consecutive/],
    ['amina1984', /1000 to 9999/],
    ['am12345ina', /1000 to 9999/],
    ['Admin', /reserved/],
    ['ROOT', /reserved/],
    ['system', /reserved/],
  ])('registers %s: 400 with a sentence', async (username, sentence) => {
    expectDetail(await old.register({ username }), 400, expect.stringMatching(sentence))
  })

  it('accepts the names at the edge of these rules', async () => {
    for (const username of ['amina_-x', 'amina0999', 'aminasystem', 'a'.repeat(50)])
      expect((await old.register({ username })).status).toBe(201)
    // The rules of the server apply as well, and answer in the same way (A26).
    expectDetail(await old.register({ username: 'arnina_-x' }), 400, 'Username already exists')
    expectDetail(await old.register({ username: 'support' }), 400, expect.any(String))
  })

  it.each([undefined, 'Bearer', 'Basic YTpi', 'x', 'Bearer a b'])(
    'asks who it is with the header %s: 401 Not authenticated',
    async (authorization) => {
      expectDetail(await old.me(authorization), 401, 'Not authenticated')
    },
  )

  it.each(['Bearer null', 'Bearer invalid-token', 'Bearer eyJhbGciOiJub25lIn0.e30.'])(
    'asks who it is with the header %s: 401 Could not validate credentials',
    async (authorization) => {
      expectDetail(await old.me(authorization), 401, 'Could not validate credentials')
    },
  )

  it('reads no cookie, and lets no program and no late token in', async () => {
    const { user_secret } = (await old.register({ username: 'amina' })).body.data
    const native = await server.client.post('/v1/auth/token', { user_secret, mode: 'code' })
    const cookie = `__Host-proxima=${native.body.session_code}`
    expectDetail(await old.client.get('/v1/auth/me', { headers: { cookie } }), 401, 'Not authenticated')
    const { access_token } = (await old.signIn(user_secret)).body.data
    server.clock.advance(1_799)
    expect((await old.me(`Bearer ${access_token}`)).status).toBe(200)
    server.clock.advance(1)
    expectDetail(await old.me(`Bearer ${access_token}`), 401, 'Token has expired')
  })

  it('accepts a secret that its owner got from the native API', async () => {
    const registered = await server.client.register({ username: 'renewed', full_name: 'Renewed' })
    expect(registered.body.user_secret).not.toContain('.')
    expect((await old.signIn(registered.body.user_secret)).status).toBe(200)
  })

  it('answers below its paths in its own shape', async () => {
    expectDetail(await old.client.get('/v1/auth/me/'), 404, 'Not Found')
    expectDetail(await old.client.post('/v1/auth/me', {}), 405, 'Method Not Allowed')
    expectDetail(await old.client.send('POST', '/v1/auth/token', '[', {}), 422, [
      expect.objectContaining({ type: 'json_invalid' }),
    ])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../support/engines.ts'
import { defaultHashes } from '../../support/hashes.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type Answer, TestClient } from '../../support/test-client.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const env = { PROXIMA_CONTRACTS: 'phone-password', PROXIMA_DEFAULT_REGION: 'KE' }
const alice = {
  full_name: 'Alice Wanjiku',
  phone_number: '0712345678',
  password: 'pass123',
  email: 'alice@example.com',
}
const credentials = { phone_number: alice.phone_number, password: alice.password }

/** A client of the old API: no answer is compared with the document of this one. */
function oldClient({ url }: TestServer) {
  const client = new TestClient(url)
  return {
    client,
    register: (body: unknown) => client.post('/api/users/register', body),
    login: (body: unknown, headers = {}) => client.post('/api/users/login', body, { headers }),
  }
}

function expectNoProblem(answer: Answer, status: number): void {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(Object.keys(answer.body as object)).toEqual(['message'])
  expect(answer.body.message).not.toBe('')
}

describe.each(engines)('the front end of phone-password on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(() => server?.close())

  it('registers, is refused a second account, and signs in', async () => {
    const { register, login, client } = oldClient(server)
    const registered = await register(alice)
    expect(registered.status).toBe(201)
    const user = {
      created_at: server.clock.now().toISOString().replace('Z', '000'),
      email: 'alice@example.com',
      full_name: 'Alice Wanjiku',
      id: expect.stringMatching(/^[0-9a-f]{8}-/),
      is_verified: false,
      phone_number: '0712345678',
    }
    expect(registered.body).toEqual(user)
    const again = await register({ ...alice, email: 'other@example.com' })
    expect([again.status, again.body]).toEqual([
      409,
      { phone_number: ['An account with this phone number already exists.'] },
    ])
    // The same line in another spelling is the same person.
    const spelled = await register({ ...alice, phone_number: '+254 712 345 678', email: 'o@example.com' })
    expect(spelled.status).toBe(409)
    const email = await register({ ...alice, phone_number: '0712345679' })
    expect([email.status, email.body]).toEqual([
      409,
      { email: ['An account with this email address already exists.'] },
    ])
    const signedIn = await login(credentials)
    expect(signedIn.status).toBe(200)
    expect(signedIn.body).toEqual({ token: expect.any(String), user })
    expect((await login({ ...credentials, phone_number: '+254712345678' })).body.user).toEqual(user)
    // The native API knows the account, and takes the token.
    const me = await client.me(String(signedIn.body.token))
    expect(me.body).toMatchObject({ id: registered.body.id, phone_number: '+254712345678' })
  })

  it('gets back a number as it was typed, whatever its form', async () => {
    const { register, login } = oldClient(server)
    for (const phone_number of ['+254 722 000 001', '0722-000-002', '254722000003']) {
      const { email: _email, ...person } = { ...alice, phone_number }
      const registered = await register(person)
      expect([registered.status, registered.body.phone_number, registered.body.email]).toEqual([
        201,
        phone_number,
        null,
      ])
      expect((await login({ phone_number, password: alice.password })).body.user.phone_number).toBe(
        phone_number,
      )
    }
  })

  it('signs in after 23 hours and not after 24', async () => {
    const { register, login, client } = oldClient(server)
    await register({ ...alice, phone_number: '0733000001', email: 'day@example.com' })
    const { token } = (await login({ phone_number: '0733000001', password: 'pass123' })).body
    server.clock.advance(23 * 3_600)
    expect((await client.me(String(token))).status).toBe(200)
    server.clock.advance(3_600)
    expect((await client.me(String(token))).status).toBe(401)
  })
})

describe('what clients of phone-password send wrongly', () => {
  let server: TestServer
  let old: ReturnType<typeof oldClient>
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env })
    old = oldClient(server)
    await old.register(alice)
  })
  afterAll(() => server?.close())

  const missing = 'Missing data for required field.'

  it.each([
    [{}, { full_name: [missing], phone_number: [missing], password: [missing] }],
    [null, { _schema: ['Invalid input type.'] }],
    [[alice], { _schema: ['Invalid input type.'] }],
    ['text', { _schema: ['Invalid input type.'] }],
    [{ ...alice, email: null }, { email: ['Field may not be null.'] }],
    [{ ...alice, password: null }, { password: ['Field may not be null.'] }],
    [{ ...alice, full_name: 7 }, { full_name: ['Not a valid string.'] }],
    [{ ...alice, role: 'admin' }, { role: ['Unknown field.'] }],
    [{ ...alice, email: 'alice' }, { email: ['Not a valid email address.'] }],
    [{ ...alice, email: '' }, { email: ['Not a valid email address.'] }],
  ])('registers %j: 400 in the flat shape', async (body, expected) => {
    const answer = await old.register(body)
    expect([answer.status, answer.body]).toEqual([400, expected])
  })

  it.each([
    ['full_name', ''],
    ['phone_number', ''],
    ['phone_number', '12'],
    ['phone_number', '071234567\u0000'],
    ['password', ''],
    ['password', 'short'],
    ['password', 'pass\u0000123'],
    ['password', 'pässé'.repeat(100)],
    ['full_name', 'Ali\u202ece'],
    ['password', '123456789'],
    ['password', 'alice1'],
  ])('A18, A44, A46: refuses %s %j by the rules of the server, and names the field', async (field, value) => {
    const answer = await old.register({
      ...alice,
      phone_number: '0799000001',
      email: 'x@example.com',
      [field]: value,
    })
    expect([answer.status, Object.keys(answer.body as object)]).toEqual([400, [field]])
    expect(answer.body[field]).toEqual([expect.stringMatching(/\.$/)])
  })

  it.each([
    [{ ...credentials, password: 'wrong' }],
    [{ ...credentials, phone_number: '0700000000' }],
    [{ ...credentials, phone_number: '' }],
    [{ ...credentials, password: '' }],
    [{ ...credentials, phone_number: 'alice@example.com' }],
  ])('A34: signs in with %j: the same 401', async (body) => {
    const answer = await old.login(body)
    expect([answer.status, answer.text]).toEqual([401, '{"message":"Invalid credentials"}'])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  it.each(['Bearer null', 'Bearer', 'Bearer old.token.here', 'Basic YTpi', 'x'])(
    'ignores the header Authorization: %s',
    async (authorization) => {
      expect((await old.login(credentials, { authorization })).status).toBe(200)
      expect((await old.client.get('/', { headers: { authorization } })).status).toBe(200)
    },
  )

  it('answers in its own shape to what is wrong with HTTP', async () => {
    const { client } = old
    const path = '/api/users/login'
    expectNoProblem(await client.send('POST', path, '{"phone_number":'), 400)
    expectNoProblem(
      await client.send('POST', path, 'a=b', { headers: { 'content-type': 'text/plain' } }),
      415,
    )
    expectNoProblem(await client.send('POST', path, JSON.stringify({ a: 'x'.repeat(670_000) })), 413)
    expectNoProblem(await client.get(path), 405)
    expectNoProblem(await client.post(`${path}/`, credentials), 404)
    expectNoProblem(await client.get(`${path}/of/alice`), 404)
    const bad = await rawRequest(server.url, `${path}/%zz`)
    expect(bad.text).toMatch(/^\{"message":/)
  })

  it('keeps the home page for people, and tells programs that the API runs', async () => {
    const { client } = old
    const program = await client.get('/')
    expect([program.status, Object.keys(program.body as object)]).toEqual([200, ['message']])
    expect(program.headers.get('cache-control')).toBe('no-store')
    const page = await client.get('/', { headers: { accept: 'text/html,*/*' } })
    expect(page.text).toContain('<h1>')
    // The API itself keeps its own errors.
    expect((await client.get('/v1/me')).headers.get('content-type')).toBe('application/problem+json')
    expect((await client.get('/api/other')).headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('the limits of phone-password', () => {
  it('are those of the API, with answers in the old shape', async () => {
    const server = await startTestServer(sqlite, {
      env: { ...env, PROXIMA_LIMITS: 'on', PROXIMA_CONTRACTS: 'phone-password=/old' },
    })
    const client = new TestClient(server.url)
    let last = await client.post('/old/api/users/register', {})
    for (let count = 1; count < 300; count++) last = await client.post('/old/api/users/register', {})
    expect(last.status).toBe(400)
    const refused = await client.post('/old/api/users/register', alice)
    expectNoProblem(refused, 429)
    expect(refused.headers.get('retry-after')).not.toBeNull()
    // Another door does not bring another quota.
    expect((await client.register({ username: 'alice' })).status).toBe(429)
    expectNoProblem(await client.get('/old/nothing'), 404)
    await server.close()
  }, 60_000)

  it('answer in the old shape when the server is busy', async () => {
    const queue = { ...defaultHashes, PROXIMA_PASSWORD_QUEUE_DEPTH: '1' }
    const server = await startTestServer(sqlite, { env: { ...env, ...queue } })
    const { login } = oldClient(server)
    const answers = await Promise.all(Array.from({ length: 40 }, () => login(credentials)))
    const busy = answers.filter(({ status }) => status === 503)
    expect(busy.length).toBeGreaterThan(0)
    for (const answer of busy) expectNoProblem(answer, 503)
    await server.close()
  })
})

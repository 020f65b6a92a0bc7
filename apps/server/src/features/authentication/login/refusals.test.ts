import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { defaultHashes } from '../../../../tests/support/hashes.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { rawRequest } from '../../../../tests/support/raw-request.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { digestSecret } from '../../../platform/crypto/digests.ts'

const wrong = 'eight green bottles stand here'

/** A refusal without what differs between any two answers: the request's id and the time. */
async function refusal(server: TestServer, call: 'login' | 'token', body: object) {
  const answer = await rawRequest(server.url, `/v1/auth/${call}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  const headers = answer.headers.filter(([name]) => !/^(?:x-request-id|date)$/i.test(name))
  const text = answer.text.replace(/"request_id":"[\w-]{36}"/, '"request_id":""')
  return { status: answer.status, headers, text }
}

async function setUp(server: TestServer) {
  const people = (['active', 'suspended', 'deleted'] as const).map((status) => ({
    status,
    username: `was-${status}`,
  }))
  const secrets = new Map<string, string>()
  const db = openDatabase(server.databaseUrl)
  for (const { status, username } of people) {
    const phone_number = `+25471234567${secrets.size}`
    await server.client.register({ username, email: `${username}@example.com`, phone_number, password })
    const { secret } = await newPerson(server.client, `${username}-secret`)
    secrets.set(status, secret)
    const names = [username, `${username}-secret`]
    await db.updateTable('accounts').set({ status }).where('username', 'in', names).execute()
  }
  await db.destroy()
  const secretOf = (status: string) => secrets.get(status) ?? ''
  return { secretOf }
}

describe.each(engines)('a refused sign-in on $name', (engine) => {
  let server: TestServer
  let secretOf: (status: string) => string
  let usual: Awaited<ReturnType<typeof refusal>>
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_DEFAULT_REGION: 'KE' } })
    secretOf = (await setUp(server)).secretOf
    usual = await refusal(server, 'login', { username: 'was-active', password: wrong })
  })
  afterAll(async () => await server?.close())

  it('reveals only that no account matches the identifier and the secret', async () => {
    const { status, headers, text } = usual
    expect(status).toBe(401)
    expect(headers).toContainEqual(['www-authenticate', 'Bearer'])
    expect(headers).toContainEqual(['content-type', expect.stringMatching(/^application\/problem\+json\b/)])
    expect(headers.map(([name]) => name)).not.toContain('set-cookie')
    expect(JSON.parse(text)).toEqual({
      type: `${server.url}/docs/problems/invalid_credentials`,
      title: expect.any(String),
      status: 401,
      detail: expect.any(String),
      code: 'invalid_credentials',
      request_id: '',
    })
  })

  it.each([
    ['A34: an unknown username', { username: 'nobody-here', password }],
    ['A34: an unknown identifier', { identifier: 'nobody-here', password }],
    ['A34: an unknown email', { email: 'nobody@example.com', password }],
    ['A34: an unknown phone number', { phone_number: '0712999999', password }],
    ['A34: an empty identifier', { identifier: '', password }],
    ['A34: an identifier of blanks', { identifier: ' '.repeat(400), password }],
    ['A34: a malformed identifier', { identifier: '@@', password }],
    ['A34: a username too short', { username: 'x', password }],
    ['A34: a username of two scripts', { username: 'pаypal', password }],
    ['A34: a malformed email', { email: 'a@b@example.com', password }],
    ['A34: a malformed phone number', { phone_number: '+1', password }],
    ['A34: SQL for an identifier', { identifier: "x' or '1'='1", password }],
    ['A34: a NUL in the identifier', { identifier: 'was-active\0', password }],
    ['A34: a wrong password by email', { email: 'was-active@example.com', password: wrong }],
    ['A34: an empty password', { username: 'was-active', password: '' }],
    [
      'A34: a password longer than any can be',
      { username: 'was-active', password: password.repeat(34).slice(0, 1024) },
    ],
    ['A34: a wrong password by phone number', { phone_number: '0712345670', password: wrong }],
    ['A35: a suspended account and its right password', { username: 'was-suspended', password }],
    ['A35: a suspended account and a wrong password', { username: 'was-suspended', password: wrong }],
    ['A35: a deleted account and its right password', { username: 'was-deleted', password }],
    ['A35: a deleted account and a wrong password', { username: 'was-deleted', password: wrong }],
    ['A35: an account without a password', { username: 'was-active-secret', password }],
    ['A35: an account without a password, and none given', { username: 'was-active-secret', password: '' }],
    ['A35: a suspended account without a password', { username: 'was-suspended-secret', password }],
  ])('%s is answered like a wrong password, to the byte', async (_name, body) => {
    expect(await refusal(server, 'login', body)).toEqual(usual)
  })

  it('A34: the user secret is no password, nor the password a user secret', async () => {
    const login = { username: 'was-active-secret', password: secretOf('active') }
    expect(await refusal(server, 'login', login)).toEqual(usual)
    expect(await refusal(server, 'token', { user_secret: password })).toEqual(usual)
  })

  it('A34: a wrong user secret is answered like a wrong password, whatever is wrong with it', async () => {
    const right = secretOf('active')
    const wrongs = [
      '',
      'pxu_',
      `pxu_${'A'.repeat(43)}`,
      right.slice(0, -1),
      `${right}A`,
      ` ${right}`,
      `${right}\n`,
      `${right}\0`,
      right.toUpperCase(),
      right.slice(4),
      digestSecret(right),
      Buffer.from(right).toString('base64'),
      'null',
      '%',
      "' or '1'='1",
    ]
    for (const user_secret of wrongs)
      expect(await refusal(server, 'token', { user_secret }), user_secret).toEqual(usual)
  })

  it.each(['suspended', 'deleted'])(
    'A35: the right user secret of a %s account gets the same answer',
    async (status) => {
      expect(await refusal(server, 'token', { user_secret: secretOf(status) })).toEqual(usual)
    },
  )

  it('the right credentials sign in, so each other test fails for its own reason', async () => {
    const login = await server.client.login({ username: 'was-active', password })
    const token = await server.client.post('/v1/auth/token', { user_secret: secretOf('active') })
    expect([login.status, token.status]).toEqual([200, 200])
  })
})

describe.each(engines.slice(0, 1))('the time of a refused sign-in on $name', (engine) => {
  const samples = 30
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: defaultHashes })
    await setUp(server)
  })
  afterAll(async () => await server?.close())

  it('A34, A35: does not reveal who has an account', async () => {
    const cases = {
      wrongPassword: { username: 'was-active', password: wrong },
      stranger: { username: 'nobody-here', password: wrong },
      malformed: { identifier: '@@', password: wrong },
      suspended: { username: 'was-suspended', password },
      withoutPassword: { username: 'was-active-secret', password: wrong },
    }
    const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]))
    // One of each in turn, so that a slow moment of the machine falls on all of them.
    for (let sample = 0; sample < samples; sample++) {
      for (const [name, body] of Object.entries(cases)) {
        const start = performance.now()
        await server.client.login(body)
        times.get(name)?.push(performance.now() - start)
      }
    }
    const usual = median(times.get('wrongPassword'))
    for (const name of Object.keys(cases)) {
      const ratio = median(times.get(name)) / usual
      expect(ratio, name).toBeGreaterThan(0.6)
      expect(ratio, name).toBeLessThan(1.6)
    }
  })
})

function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

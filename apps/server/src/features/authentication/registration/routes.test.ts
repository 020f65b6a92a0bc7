import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { defaultHashes } from '../../../../tests/support/hashes.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe.each(engines)('registering on $name', (engine) => {
  let server: TestServer
  let stored: StoredData
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { ...defaultHashes, PROXIMA_DEFAULT_REGION: 'KE' } })
    stored = openStoredData(server.databaseUrl)
  })
  afterAll(async () => {
    await stored?.close()
    await server?.close()
  })

  /** A user who gave nothing yet. */
  function user(given: object): object {
    const now = server.clock.now().toISOString()
    const id: unknown = expect.stringMatching(uuidV7)
    return {
      id,
      username: null,
      email: null,
      phone_number: null,
      full_name: null,
      given_name: null,
      family_name: null,
      email_verified: false,
      phone_number_verified: false,
      is_verified: false,
      roles: ['user'],
      status: 'active',
      created_at: now,
      updated_at: now,
      ...given,
    }
  }
  const secret = { user_secret: expect.stringMatching(/^pxu_[\w-]{43}$/) }

  it('answers with every field of the user as given, and with no other', async () => {
    const given = {
      username: 'Njeri.W',
      email: 'Njeri+news@Example.com',
      full_name: 'Njeri wa Mwangi',
      given_name: 'Njeri',
      family_name: 'Mwangi',
    }
    const hidden = { address: 'P.O. Box 30197, Nairobi', national_id: '22334455', password }
    const answer = await server.client.register({ ...given, ...hidden, phone_number: '0712 345 678' })
    expect(answer.status).toBe(201)
    expect(answer.body).toStrictEqual(user({ ...given, phone_number: '+254712345678' }))
    expect(answer.body.created_at).toMatch(milliseconds)
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-request-id')).toMatch(uuidV7)
  })

  it('accepts any single identifier, and returns null for all other fields', async () => {
    const cases = [
      { given: { username: 'otieno' }, shown: { username: 'otieno' } },
      { given: { email: 'otieno@example.com' }, shown: { email: 'otieno@example.com' } },
      { given: { phone_number: '0722000111' }, shown: { phone_number: '+254722000111' } },
      { given: { phone_number: '+44 20 7946 0000' }, shown: { phone_number: '+442079460000' } },
    ]
    for (const { given, shown } of cases) {
      const answer = await server.client.register(given)
      expect(answer.status).toBe(201)
      expect(answer.body).toStrictEqual(user({ ...shown, ...secret }))
    }
  })

  it('needs at least one identifier, and names all invalid fields at once', async () => {
    const none = await server.client.register({ full_name: 'Nobody', password })
    expect(none.status).toBe(422)
    expect(none.body.code).toBe('validation_failed')
    expect(none.body.errors).toMatchObject([{ pointer: '', code: 'identifier_needed' }])

    const wrong = await server.client.register({
      username: 'ab',
      email: 'x',
      phone_number: '1',
      address: '\0',
    })
    expect(wrong.status).toBe(422)
    const pointers = ['/username', '/email', '/phone_number', '/address'].map((pointer) => ({ pointer }))
    expect(wrong.body.errors).toMatchObject(pointers)
  })

  it('makes a secret if no password is given, shows it once, and stores only its digest', async () => {
    const { registered, login, token } = await newPerson(server.client, 'chebet')
    const { user_secret, ...shown } = registered.body as { user_secret: string }
    expect(login.body.user).toStrictEqual(shown)
    const me = await server.client.me(token)
    expect(me.body.username).toBe('chebet')
    for (const answer of [login, me]) expect(answer.text).not.toContain(user_secret)
    expect((await stored.dump()).includes(user_secret.slice(4))).toBe(false)
  })

  it('makes no secret if a password is given, and the password signs in with each identifier', async () => {
    const identifiers = { username: 'wanjiru', email: 'wanjiru@example.com', phone_number: '+254733000222' }
    const { body } = await server.client.register({ ...identifiers, password })
    expect(body).not.toHaveProperty('user_secret')
    const logins = Object.entries(identifiers).map(([name, identifier]) => ({ [name]: identifier, password }))
    for (const login of [...logins, { identifier: '0733000222', password }]) {
      expect((await server.client.login(login)).body.user).toStrictEqual(body)
    }
    const hash = await stored.db
      .selectFrom('passwords')
      .select('hash')
      .where('account_id', '=', body.id)
      .execute()
    expect(hash).toEqual([{ hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) }])
    expect((await stored.dump()).includes(password)).toBe(false)
  })

  it('makes a full name of given and family name if there is none', async () => {
    const cases = [
      [{ given_name: 'Achieng', family_name: 'Oketch' }, 'Achieng Oketch'],
      [{ given_name: 'Achieng' }, 'Achieng'],
      [{ family_name: 'Oketch' }, 'Oketch'],
      [{ full_name: 'A. Oketch', given_name: 'Achieng', family_name: 'Oketch' }, 'A. Oketch'],
      [{ full_name: 'A. Oketch' }, 'A. Oketch'],
    ] as const
    for (const [index, [names, fullName]] of cases.entries()) {
      const username = `achieng${index}`
      const { body } = await server.client.register({ username, ...names })
      expect(body).toStrictEqual(user({ username, ...names, full_name: fullName, ...secret }))
    }
  })

  it('shows address and national id only to their owner, and seals them at rest', async () => {
    const details = { address: 'Plot 77, Kilimani Avenue', national_id: 'ID-90817263' }
    const { registered, login, token } = await newPerson(server.client, { username: 'kamau', ...details })
    for (const answer of [registered, login]) {
      for (const value of Object.values(details)) expect(answer.text).not.toContain(value)
    }
    expect((await server.client.me(token)).body).toMatchObject(details)

    const dump = await stored.dump()
    expect(dump.includes('kamau')).toBe(true)
    for (const value of Object.values(details)) {
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        expect(dump.includes(Buffer.from(value).toString(encoding))).toBe(false)
      }
      expect(dump.includes(value)).toBe(false)
      expect(dump.includes(value.slice(0, 8))).toBe(false)
      expect(server.log.join('')).not.toContain(value)
    }
  })

  it('answers 409 with the code of the identifier that is taken, and stores nothing', async () => {
    await server.client.register({
      username: 'baraka',
      email: 'baraka@example.com',
      phone_number: '0700111222',
    })
    const before = await stored.countRows()
    const cases = [
      [{ username: 'baraka', email: 'other1@example.com' }, 'username_taken'],
      [{ username: 'other2', email: 'baraka@example.com' }, 'email_taken'],
      [{ username: 'other3', phone_number: '+254700111222' }, 'phone_number_taken'],
    ] as const
    for (const [given, code] of cases) {
      for (const body of [given, { ...given, password }]) {
        const answer = await server.client.register(body)
        expect(answer.status).toBe(409)
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(?:;|$)/)
        expect(answer.body).toStrictEqual({
          type: `${server.url}/docs/problems/${code}`,
          title: expect.any(String),
          status: 409,
          detail: expect.any(String),
          code,
          request_id: answer.headers.get('x-request-id'),
        })
      }
    }
    expect(await stored.countRows()).toEqual(before)
  })

  it('A19: refuses NUL in a password, and gives the reason', async () => {
    const refused = await server.client.register({
      username: 'nul',
      password: 'correct\u0000horse battery staple',
    })
    expect(refused.status).toBe(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/password', code: 'ill_formed' }])
  })

  it('refuses a national number if no region is configured, and says how to write it', async () => {
    const elsewhere = await startTestServer(engine, { databaseUrl: server.databaseUrl })
    try {
      const answer = await elsewhere.client.register({ phone_number: '0799000333' })
      expect(answer.status).toBe(422)
      expect(answer.body.errors).toMatchObject([{ pointer: '/phone_number', code: 'region_needed' }])
      expect(answer.body.errors[0].detail).toContain('+<country code><number>')
      expect((await elsewhere.client.register({ phone_number: '+254799000333' })).status).toBe(201)
    } finally {
      await elsewhere.close()
    }
  })

  it('is forbidden if registration is closed, while existing accounts can sign in', async () => {
    const { body } = await server.client.register({ username: 'insider' })
    const env = { PROXIMA_REGISTRATION: 'closed' }
    const closed = await startTestServer(engine, { databaseUrl: server.databaseUrl, env })
    try {
      const before = await stored.countRows()
      for (const given of [
        { username: 'outsider' },
        { username: 'insider' },
        { username: 'o', password: '1' },
      ]) {
        const answer = await closed.client.register(given)
        expect(answer.status).toBe(403)
        expect(answer.body.code).toBe('forbidden')
      }
      expect(await stored.countRows()).toEqual(before)
      const login = await closed.client.post('/v1/auth/token', { user_secret: body.user_secret })
      expect(login.status).toBe(200)
    } finally {
      await closed.close()
    }
  })

  it('keeps the data of two people with similar names separate', async () => {
    const given = { full_name: 'Same Name', address: 'Same street' }
    const first = await newPerson(server.client, { ...given, username: 'first', national_id: '1111' })
    const second = await newPerson(server.client, { ...given, username: 'second', national_id: '2222' })
    expect(first.id).not.toBe(second.id)
    const [one, other] = [await server.client.me(first.token), await server.client.me(second.token)]
    expect(one.body).toMatchObject({ id: first.id, username: 'first', national_id: '1111' })
    expect(other.body).toMatchObject({ id: second.id, username: 'second', national_id: '2222' })
  })
})

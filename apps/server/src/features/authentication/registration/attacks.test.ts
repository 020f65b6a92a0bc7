import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { defaultHashes } from '../../../../tests/support/hashes.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const someId = '01a1fc31-4238-7c91-937e-1e1c47dc0cda'
const textFields = ['username', 'email', 'phone_number', 'password', 'full_name', 'given_name', 'family_name']
const fields = [...textFields, 'address', 'national_id']

/** As the OpenAPI document lists it. */
interface Operation {
  readonly requestBody?: { readonly content: object }
  readonly security?: readonly object[]
}

describe.each(engines)('registering on $name, attacked', (engine) => {
  let server: TestServer
  let stored: StoredData
  beforeAll(async () => {
    server = await startTestServer(engine)
    stored = openStoredData(server.databaseUrl)
  })
  afterAll(async () => {
    await stored?.close()
    await server?.close()
  })

  function registerRaw(json: string | Buffer, contentType = 'application/json'): Promise<Answer> {
    return server.client.send('POST', '/v1/auth/register', json, { headers: { 'content-type': contentType } })
  }

  /** Otherwise most calls about others would refuse the caller before they read anything. */
  async function newAdministrator(username: string) {
    const person = await newPerson(server.client, username)
    await stored.db.insertInto('account_roles').values({ account_id: person.id, role: 'admin' }).execute()
    return person
  }

  /** Runs the attempts and asserts that none of them left a row. */
  async function storingNothing(attempts: () => Promise<void>): Promise<void> {
    const before = await stored.countRows()
    await attempts()
    expect(await stored.countRows()).toEqual(before)
  }

  /**
   * Each operation that reads JSON of strangers and users, as the OpenAPI text lists them, so that none is forgotten. An
   * operation for signed reports refuses everything else before it reads it.
   */
  async function jsonOperations(): Promise<{ method: string; path: string }[]> {
    const { body } = await server.client.get('/openapi.json')
    const { paths } = body as { paths: Record<string, Record<string, Operation>> }
    return Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { requestBody }]) => 'application/json' in (requestBody?.content ?? {}))
        .filter(([, { security = [] }]) => !security.some((scheme) => 'webhookSignature' in scheme))
        .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, someId) })),
    )
  }

  const privileges = {
    A01: [
      { role: 'admin' },
      { roles: ['admin'] },
      { is_admin: true },
      { isAdmin: true },
      { permissions: ['*'] },
    ],
    A02: [
      { email_verified: true },
      { phone_number_verified: true },
      { is_verified: true },
      { verified_at: 1 },
    ],
    A03: [
      { id: someId },
      { tenant_id: someId },
      { created_at: 0 },
      { password_hash: 'x' },
      { totp_secret: 'x' },
    ],
    A04: [{ profile: { role: 'admin' } }, { metadata: { role: 'admin' } }, { user: { roles: ['admin'] } }],
    'A03, too': [
      { status: 'active' },
      { user_secret: 'pxu_chosen' },
      { email_canonical: 'x' },
      { locale: 'en' },
    ],
  }
  it.each(Object.entries(privileges))(
    '%s: refuses fields that no caller may choose, and stores nothing',
    async (_, all) => {
      await storingNothing(async () => {
        for (const more of all) {
          const answer = await server.client.register({
            username: 'mallory',
            email: 'mallory@example.com',
            ...more,
          })
          expect(answer.status).toBe(422)
          expect(answer.body.code).toBe('validation_failed')
          const pointer = `/${Object.keys(more).join()}`
          expect(answer.body.errors).toMatchObject([{ pointer, code: 'unknown_field' }])
        }
      })
    },
  )

  it('A01, I6: gives every new user the default role, and verifies nothing', async () => {
    const { body } = await server.client.register({ username: 'plain', email: 'plain@example.com' })
    const roles = await stored.db
      .selectFrom('account_roles')
      .select('role')
      .where('account_id', '=', body.id)
      .execute()
    expect(roles).toEqual([{ role: 'user' }])
    expect(body).toMatchObject({ roles: ['user'], email_verified: false, is_verified: false })
  })

  it('A05: pollutes no prototype by any endpoint that reads JSON', async () => {
    const { token } = await newAdministrator('polluter')
    const operations = await jsonOperations()
    expect(operations.length).toBeGreaterThanOrEqual(4)
    await storingNothing(async () => {
      for (const { method, path } of operations) {
        for (const [json, status] of [
          ['{"__proto__":{"isAdmin":true}}', 400],
          ['{"username":"abc","metadata":{"__proto__":{"isAdmin":true}}}', 400],
          ['{"\\u005f_proto__":{"isAdmin":true}}', 400],
          ['{"constructor":{"prototype":{"isAdmin":true}}}', 422],
          ['[{"__proto__":{"isAdmin":true}}]', 400],
        ] as const) {
          const answer = await server.client.send(method, path, json, { token })
          expect(answer.status, `${method} ${path} ${json}`).toBe(status)
        }
      }
    })
    for (const query of [
      '__proto__[isAdmin]=true',
      '__proto__.isAdmin=true',
      'constructor[prototype][isAdmin]=1',
    ]) {
      const answer = await server.client.get(`/v1/auth/availability?username=abc&${query}`)
      expect(answer.status).toBe(422)
    }
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined()
    expect((await server.client.me(token)).body.roles).toEqual(['admin', 'user'])
  })

  it('A31: refuses every other type in place of a string, for each field', async () => {
    await storingNothing(async () => {
      for (const field of fields) {
        for (const value of [1, true, null, ['a@example.com'], { $ne: null }]) {
          const answer = await server.client.register({ username: 'typist', [field]: value })
          expect(answer.status, `${field} ${JSON.stringify(value)}`).toBe(422)
          expect(answer.body.errors).toMatchObject([{ pointer: `/${field}`, code: 'wrong_type' }])
        }
      }
      for (const body of [null, [], [{ username: 'typist' }], 'typist', 1, true]) {
        expect((await registerRaw(JSON.stringify(body))).status).toBe(422)
      }
    })
  })

  it('A32: refuses one field given several times, however it is written', async () => {
    const twice = 'email[]=victim@example.com&email[]=attacker@example.com'
    await storingNothing(async () => {
      expect((await registerRaw(twice, 'application/x-www-form-urlencoded')).status).toBe(415)
      expect((await registerRaw(twice)).status).toBe(400)
      for (const json of [
        '{"email":"victim@example.com","email":"attacker@example.com"}',
        '{"email":"victim@example.com","\\u0065mail":"attacker@example.com"}',
      ]) {
        const answer = await registerRaw(json)
        expect(answer.status).toBe(400)
        expect(answer.body.code).toBe('malformed_request')
      }
      const array = await server.client.register({ email: ['victim@example.com', 'attacker@example.com'] })
      expect(array.body.errors).toMatchObject([{ pointer: '/email', code: 'wrong_type' }])
      for (const name of ['email[]', 'email[0]', 'Email', 'EMAIL', ' email']) {
        const answer = await server.client.register({ username: 'twice', [name]: 'attacker@example.com' })
        expect(answer.body.errors).toMatchObject([{ pointer: `/${name}`, code: 'unknown_field' }])
      }
      const list = await server.client.register({ email: 'victim@example.com,attacker@example.com' })
      expect(list.status).toBe(422)
    })
  })

  it('A19: refuses NUL in every field that is stored', async () => {
    await storingNothing(async () => {
      for (const field of fields.filter((each) => each !== 'password')) {
        for (const value of ['ab\0cd', 'abcd\0', '\0abcd', '\0']) {
          const answer = await server.client.register({ username: 'nul-sayer', [field]: value })
          expect(answer.status, `${field} ${JSON.stringify(value)}`).toBe(422)
          expect(answer.body.errors).toMatchObject([{ pointer: `/${field}` }])
        }
      }
    })
  })

  it('A20: refuses half a character and text that is not UTF-8, in every field and by every endpoint', async () => {
    const { token } = await newAdministrator('whole')
    const operations = await jsonOperations()
    const expectHalf = ({ status, body }: Answer) => {
      expect(status).toBe(400)
      expect(body).toMatchObject({
        code: 'malformed_request',
        detail: expect.stringContaining('surrogate') as unknown,
      })
    }
    await storingNothing(async () => {
      for (const field of fields) {
        for (const half of ['\\ud800', '\\udc00', 'ab\\ud83d', '\\ude00\\ud83d']) {
          expectHalf(await registerRaw(`{"${field}":"abc${half}"}`))
        }
      }
      for (const { method, path } of operations) {
        expectHalf(await server.client.send(method, path, '{"x":"\\ud800"}', { token }))
      }
      for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]]) {
        const body = Buffer.concat([Buffer.from('{"username":"abc'), Buffer.from(bytes), Buffer.from('"}')])
        expect((await registerRaw(body)).status).toBe(400)
      }
    })
  })

  it('A44: refuses a huge password before anything is hashed', async () => {
    const queue = { ...defaultHashes, PROXIMA_PASSWORD_QUEUE_DEPTH: '1' }
    const env = { ...queue, PROXIMA_BODY_SIZE_MAX_BYTES: '10485760' }
    const roomy = await startTestServer(engine, { databaseUrl: server.databaseUrl, env })
    try {
      await storingNothing(async () => {
        for (const huge of ['a'.repeat(1_000_000), '😀'.repeat(1_000_000)]) {
          const given = { username: 'heavy', password: huge }
          for (const path of ['/v1/auth/register', '/v1/auth/login']) {
            const answer = await server.client.post(path, given)
            expect(answer.status).toBe(413)
            expect(answer.body.code).toBe('too_large')
            // Where such bodies are let in, the field is judged; a queue of one would answer 503 were they to wait in it.
            const all = await Promise.all(Array.from({ length: 3 }, () => roomy.client.post(path, given)))
            for (const each of all) {
              expect(each.status).toBe(422)
              expect(each.body.errors).toMatchObject([{ pointer: '/password', code: 'too_long' }])
            }
          }
        }
      })
    } finally {
      await roomy.close()
    }
  })

  it('A48: refuses a password that is easy to guess, and gives the reason', async () => {
    const person = { username: 'wambugu', email: 'jw1980@ushindi.example', full_name: 'Josephat Wambugu' }
    const cases = [
      ['password1', 'common'],
      ['qwertyuiop', 'common'],
      ['Password2024!', 'common'],
      ['iloveyou!', 'common'],
      ['wambugu2024', 'contains_context'],
      ['Josephat!', 'contains_context'],
      ['jw1980@ushindi.example', 'contains_context'],
      ['Ushindi1', 'contains_context'],
      ['proxima123', 'contains_context'],
      ['PROXIMA!', 'contains_context'],
      ['aaaaaaaaaaaa', 'repetitive'],
      ['short', 'too_short'],
    ]
    await storingNothing(async () => {
      for (const [weak, code] of cases) {
        const answer = await server.client.register({ ...person, password: weak })
        expect(answer.status, weak).toBe(422)
        expect(answer.body.code).toBe('password_too_weak')
        expect(answer.body.errors).toEqual([{ pointer: '/password', code, detail: answer.body.detail }])
        expect(answer.body.detail.length).toBeGreaterThan(20)
      }
    })
    expect((await server.client.register({ ...person, password })).status).toBe(201)
  })
})

import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseEmail } from '../../src/features/users/accounts/identifiers/email.ts'
import { readTypedIdentifier } from '../../src/features/users/accounts/identifiers/identifier.ts'
import { parsePersonalName } from '../../src/features/users/accounts/identifiers/personal-name.ts'
import { parsePhoneNumber } from '../../src/features/users/accounts/identifiers/phone-number.ts'
import { parsePlainText } from '../../src/features/users/accounts/identifiers/plain-text.ts'
import { parseUsername } from '../../src/features/users/accounts/identifiers/username.ts'
import { parseStrictJson } from '../../src/platform/kernel/strict-json.ts'
import { sqlite } from '../support/engines.ts'
import { expectLinearTime } from '../support/linear-time.ts'
import { newPerson } from '../support/people.ts'
import type { Answer } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  email: parseEmail,
  phoneNumber: (text) => parsePhoneNumber(text, 'KE'),
  username: parseUsername,
  identifier: (text) => readTypedIdentifier(text, 'KE'),
  personalName: parsePersonalName,
  plainText: (text) => parsePlainText(text, 1_000_000),
  json: (text) => {
    try {
      return parseStrictJson(text, { depthMax: 16 })
    } catch {
      return null
    }
  },
}

const characters = Array.from('a.@+-_ 0([{"\\\u0301éｆ😀')

describe('a text that is made to be slow', () => {
  const units = [
    '.',
    '+',
    '@',
    'a@',
    '.a',
    '-',
    ' ',
    '(',
    '0',
    'xn--',
    'a\u0301',
    '\u0301\u0323',
    '[',
    '{"a":',
    '"\\u0061"',
    '\\',
  ]

  it.each(Object.keys(parsers))('A123: is checked as %s in time proportional to its length', async (name) => {
    const parse = parsers[name] ?? (() => null)
    for (const unit of units)
      await expectLinearTime(`${name} of ${unit}`, (length) =>
        parse(`a@${unit.repeat(length / unit.length)}!`),
      )
  })

  it('A123: is checked in time proportional to its length, with any repetition, beginning and end', async () => {
    const part = fc.string({ unit: fc.constantFrom(...characters), maxLength: 4 })
    const repeated = fc.string({
      unit: fc.constantFrom(...characters),
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(parsers)),
        part,
        repeated,
        part,
        async (name, a, unit, z) => {
          const parse = parsers[name] ?? (() => null)
          await expectLinearTime(name, (length) => parse(a + unit.repeat(length) + z), 20_000)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('a request that is made to be slow or large', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    const env = { PROXIMA_BODY_SIZE_MAX_BYTES: '10485760', PROXIMA_DEFAULT_REGION: 'KE' }
    server = await startTestServer(sqlite, { env: { ...env, PROXIMA_TRUSTED_PROXIES: '127.0.0.1' } })
    token = (await newPerson(server.client, 'amina')).token
  })
  afterAll(async () => await server?.close())

  const register = (body: string | Buffer, headers = {}): Promise<Answer> =>
    server.client.send('POST', '/v1/auth/register', body, { headers })
  const withField = (field: string, text: string) => register(JSON.stringify({ [field]: text }))
  const members = (count: number) =>
    `{${Array.from({ length: count }, (_, index) => `"${index.toString(36)}":0`).join()}}`

  it.each([
    ['a@ and 50,000 dots', () => withField('email', `a@${'.'.repeat(50_000)}`), 422],
    ['100,000 plus signs', () => withField('phone_number', '+'.repeat(100_000)), 422],
    ['a username of 100,000 marks', () => withField('username', `a${'\u0301\u0323'.repeat(50_000)}`), 422],
    ['a name of a million marks', () => withField('full_name', `a${'\u0301'.repeat(1e6)}`), 422],
    [
      'an identifier of a million blanks',
      () => server.client.login({ identifier: ' '.repeat(1e6), password: 'x' }),
      422,
    ],
    ['JSON of 100,000 levels', () => register('['.repeat(1e5) + ']'.repeat(1e5)), 400],
    ['JSON of a million levels, unclosed', () => register('{"a":'.repeat(1e6)), 400],
    ['100,000 members', () => register(members(1e5)), 422],
    ['a million members of one name', () => register(`{${'"a":0,'.repeat(1e6)}"b":0}`), 400],
    ['a list of a million lists', () => register(`[${'[],'.repeat(1e6)}[]]`), 422],
    ['a number of a million digits', () => register(`{"username":${'9'.repeat(1e6)}}`), 422],
    ['one byte more than a body may have', () => register(' '.repeat(10_485_761)), 413],
    [
      'a bomb in gzip',
      () => register(gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }),
      415,
    ],
    ['a bomb in brotli', () => register(Buffer.from([0xce, 0xb2, 0xcf]), { 'content-encoding': 'br' }), 415],
  ])('A123: is refused where it is %s, and its answer is small', async (_what, send, status) => {
    const answer = await send()
    expect([answer.status, answer.body.status]).toEqual([status, status])
    expect(answer.text.length).toBeLessThan(10_000)
    expect((await server.client.me(token)).status).toBe(200)
  })

  it.each([
    ['one header of 64 KB', { 'x-large': 'x'.repeat(65_536) }],
    ['a credential of 64 KB', { authorization: `Bearer ${'a.'.repeat(32_768)}` }],
    [
      '1,000 headers of 64 bytes',
      Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`x-${at}`, 'x'.repeat(58)])),
    ],
  ])('A123: is refused where it has %s', async (_what, headers) => {
    const answer = await server.client.get('/healthz', { headers }).catch(() => null)
    // The server may close before the client has written all, which then never reads the answer.
    if (answer !== null) expect(answer.status).toBe(400)
    expect((await server.client.me(token)).status).toBe(200)
  })

  it.each([
    ['user-agent', 'Mozilla/5.0 ('],
    ['user-agent', '(((((((('],
    ['x-forwarded-for', '1.1.1.1, '],
    ['x-forwarded-for', '[[[['],
    ['forwarded', 'for=";'],
    ['forwarded', ';;;; for = '],
    ['authorization', 'Bearer '],
    ['authorization', 'Bearer a.'],
    ['cookie', 'a=b; '],
    ['accept', 'text/html;q='],
    ['content-type', 'application/json;charset='],
    ['content-type', 'application/json; '],
    ['origin', 'https://a.'],
    ['idempotency-key', 'a-'],
  ])('A123: takes no more than its length where %s repeats %s', async (name, unit) => {
    const call = async (length: number) => {
      const headers = { [name]: unit.repeat(length / unit.length).trim() }
      const answer = await register('{"username":"!"}', headers)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }
    await expectLinearTime(`${name} ${unit}`, call, 12_000)
  })

  it('A123: is handled in time proportional to its length if a path or a query repeats', async () => {
    for (const unit of ['/', '../', '%2e%2f', '?a=b&', '&', '%00', ';'])
      await expectLinearTime(
        `path of ${unit}`,
        async (length) => {
          const { status } = await server.client.get(
            `/v1/auth/availability${unit.repeat(length / unit.length)}`,
          )
          expect(status).toBeLessThan(500)
        },
        12_000,
      )
  })
})

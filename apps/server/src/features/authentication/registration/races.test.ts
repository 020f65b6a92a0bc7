import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { raceSize } from '../../../../tests/support/race-size.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const racers = 100

/** Spelt in many ways, and each way several times. */
const spellings = {
  username: ['Halima', 'halima', 'HALIMA', 'hAlImA', ' halima ', 'ｈａｌｉｍａ', 'haliｍa'],
  email: [
    'Halima@Example.com',
    'halima@example.com',
    'HALIMA@EXAMPLE.COM',
    ' halima@example.com',
    'halima@EXAMPLE.com',
  ],
  phone_number: [
    '0711222333',
    '+254711222333',
    '711 222 333',
    '+254 (0)711-222-333',
    '000254711222333',
    '０７１１２２２３３３',
  ],
} as const
const taken = {
  username: 'username_taken',
  email: 'email_taken',
  phone_number: 'phone_number_taken',
} as const

function codesOf(answers: readonly Answer[]): unknown[] {
  return answers.map(({ body }): unknown => body.code)
}

describe.each(engines)('registering at once on $name', (engine) => {
  let server: TestServer
  let second: TestServer
  let stored: StoredData
  beforeAll(async () => {
    const env = { PROXIMA_DEFAULT_REGION: 'KE' }
    server = await startTestServer(engine, { env })
    second = await startTestServer(engine, { env, databaseUrl: server.databaseUrl })
    stored = openStoredData(server.databaseUrl)
  })
  afterAll(async () => {
    await stored?.close()
    await second?.close()
    await server?.close()
  })

  /** All at once, by turns on two servers that share the database. */
  async function race(body: (index: number) => object, { length = racers, headers = {} } = {}) {
    const nodes = [server, second]
    const answers = Array.from({ length }, async (_, index) => {
      const { client } = nodes[index % 2] ?? server
      return await client.post('/v1/auth/register', body(index), { headers })
    })
    const all = await Promise.all(answers)
    return {
      won: all.filter(({ status }) => status === 201),
      lost: all.filter(({ status }) => status !== 201),
    }
  }

  /** On a slow day some of so many wait too long for a connection, and hear that they may try again. */
  async function raceOfMany(body: (index: number) => object, headers = {}) {
    const { won, lost } = await race(body, { length: raceSize, headers })
    return { won, lost: lost.filter((answer) => answer.body.code !== 'unavailable') }
  }

  it.each(['username', 'email', 'phone_number'] as const)(
    `A07: gives the same %s to one of ${raceSize} callers, and refuses the others`,
    { tags: 'long' },
    async (field) => {
      const before = await stored.countRows()
      const ways = spellings[field]
      const { won, lost } = await raceOfMany((index) => ({ [field]: ways[index % ways.length] }))
      expect(won).toHaveLength(1)
      expect(new Set(lost.map(({ status }) => status))).toEqual(new Set([409]))
      expect(new Set(codesOf(lost))).toEqual(new Set([taken[field]]))
      const after = await stored.countRows()
      const expected = { accounts: 1, account_roles: 1, user_secrets: 1, passwords: 0 }
      for (const [table, more] of Object.entries(expected))
        expect(after[table]).toBe((before[table] ?? 0) + more)
    },
  )

  it(`I12: makes one account for ${raceSize} requests with one Idempotency-Key, and answers all with its secret`, {
    tags: 'long',
  }, async () => {
    const before = await stored.countRows()
    const headers = { 'idempotency-key': randomUUID() }
    const { won, lost } = await raceOfMany(() => ({ username: 'baraka' }), headers)
    expect(lost).toEqual([])
    expect(new Set(won.map(({ text }) => text)).size).toBe(1)
    const after = await stored.countRows()
    for (const table of ['accounts', 'user_secrets']) expect(after[table]).toBe((before[table] ?? 0) + 1)
    const secret = { user_secret: won[0]?.body.user_secret }
    expect((await second.client.post('/v1/auth/token', secret)).body.user.id).toBe(won[0]?.body.id)
  })

  it('A07: also holds with passwords, and stores only the password of the winner', async () => {
    const before = await stored.countRows()
    const { won, lost } = await race(() => ({ email: 'zuhura@example.com', password }))
    expect(won).toHaveLength(1)
    expect(new Set(codesOf(lost))).toEqual(new Set(['email_taken']))
    expect((await stored.countRows())['passwords']).toBe((before['passwords'] ?? 0) + 1)
    const login = await server.client.login({ email: 'zuhura@example.com', password })
    expect(login.body.user.id).toBe(won[0]?.body.id)
  })

  it('A07: leaves nothing of the losers: their other identifiers are still free', async () => {
    const { won } = await race((index) => ({ username: `racer${index}`, email: 'racer@example.com' }))
    expect(won).toHaveLength(1)
    const retries = await race((index) => ({ username: `racer${index}`, email: `racer${index}@example.com` }))
    expect(codesOf(retries.lost)).toEqual(['username_taken'])
    expect(retries.won).toHaveLength(racers - 1)
  })

  it('A07: registers all of 100 people who want different identifiers', async () => {
    const { won, lost } = await race((index) => ({
      username: `guest${index}`,
      phone_number: `0720${100_000 + index}`,
    }))
    expect(lost).toEqual([])
    expect(new Set(won.map(({ text }) => text)).size).toBe(racers)
  })
})

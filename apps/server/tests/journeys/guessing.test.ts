import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const { freeGuesses } = guessPolicies.password

const env = {
  PROXIMA_LIMITS: 'on',
  PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
  PROXIMA_DEFAULT_REGION: 'KE',
  PROXIMA_PUBLIC_URL: 'https://id.example.org',
  // However slow the machine, none that has its turn within the budget comes too late for it.
  PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000',
}

describe.each(engines)('an attacker who guesses, on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())

  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
  const login = (node: TestServer, body: object, address = '192.0.2.1') =>
    node.client.post('/v1/auth/login', body, from(address))

  async function failedSignIns(accountId: AccountId): Promise<number> {
    const db = openDatabase(server.databaseUrl)
    try {
      const events = db.selectFrom('audit_events').select('id').where('account_id', '=', accountId)
      return (await events.where('action', '=', 'sign_in').where('outcome', '=', 'failure').execute()).length
    } finally {
      await db.destroy()
    }
  }

  it('A38: is stopped, and then even the right password must wait', async () => {
    await server.client.register({ username: 'amina', password })
    for (let guess = 0; guess < freeGuesses; guess++) {
      expect((await login(server, { username: 'amina', password: `wrong ${guess}` })).status).toBe(401)
    }
    const refused = await login(server, { username: 'amina', password })
    expect(refused.status).toBe(429)
    expect(refused.body.code).toBe('rate_limited')
    expect(refused.headers.get('retry-after')).toBe('30')
    server.clock.advance(30)
    expect((await login(server, { username: 'amina', password })).status).toBe(200)
  })

  it('A38: cannot get around the count with another spelling of the identifier, a restart or another node', async () => {
    const account = { username: 'Baraka', email: 'baraka@example.org', phone_number: '0712345678', password }
    const { body: user } = await server.client.register(account)
    const spellings = ['BARAKA', 'ｂａｒａｋａ', 'Baraka@EXAMPLE.org', '+254 712 345 678', '0712345678']
    const options = { env, databaseUrl: server.databaseUrl, clock: server.clock }
    const otherNode = await startTestServer(engine, options)
    for (let guess = 0; guess < freeGuesses; guess++) {
      const node = guess % 2 === 0 ? server : otherNode
      const identifier = spellings[guess % spellings.length]
      expect((await login(node, { identifier, password: 'wrong' })).status).toBe(401)
    }
    // Not 429: that would reveal that these identifiers belong to one account.
    for (const identifier of spellings) {
      expect((await login(otherNode, { identifier, password })).status, identifier).toBe(401)
    }
    await otherNode.close()
    const restarted = await startTestServer(engine, options)
    expect((await login(restarted, { identifier: 'baraka', password })).status).toBe(401)
    // A control: once the wait is over, the same password signs in.
    server.clock.advance(3_600)
    expect((await login(restarted, { identifier: 'baraka', password })).status).toBe(200)
    await restarted.close()
    expect(await failedSignIns(String(user.id) as AccountId)).toBe(freeGuesses)
  })

  /** Sends hundreds of guesses at once, in each spelling in turn and from many addresses. @returns how many got 401 */
  async function refusedOfHundreds(spellings: readonly string[]): Promise<number> {
    const guesses = Array.from({ length: 300 }, (_, index) => {
      const body = { identifier: spellings[index % spellings.length], password: `guess ${index}` }
      return login(server, body, `198.51.${index % 250}.1`)
    })
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(statuses.every((status) => [401, 429, 503].includes(status))).toBe(true)
    return statuses.filter((status) => status === 401).length
  }

  it('A39: gets no additional tries by sending hundreds at once, in any spelling of the identifier', {
    tags: 'long',
  }, async () => {
    const account = { username: 'chege', email: 'chege@example.org', phone_number: '0733333333', password }
    const { body: user } = await server.client.register(account)
    const spellings = ['chege', 'CHEGE', 'ｃｈｅｇｅ', ' Chege@EXAMPLE.org', '+254 733 333 333', '0733333333']
    // As many for each identifier, so that their number does not reveal whose they are.
    expect(await refusedOfHundreds(spellings)).toBe(3 * freeGuesses)
    expect(await failedSignIns(String(user.id) as AccountId)).toBe(freeGuesses)
  })

  it('A34, A39: gets the same number of tries with an identifier of no account', {
    tags: 'long',
  }, async () => {
    expect(await refusedOfHundreds(['not-there', 'NOT-THERE', 'ｎｏｔ-there', ' Not-There'])).toBe(
      freeGuesses,
    )
  })

  it('A34, A38: learns nothing from the limit about who has an account', async () => {
    await server.client.register({ username: 'dalia', password })
    const answers = async (username: string, network: string) => {
      const seen = []
      for (let guess = 0; guess <= freeGuesses; guess++) {
        const { status, headers } = await login(
          server,
          { username, password: 'wrong' },
          `${network}.${guess}`,
        )
        seen.push([
          status,
          headers.get('retry-after'),
          headers.get('ratelimit'),
          headers.get('ratelimit-policy'),
        ])
      }
      return seen
    }
    expect(await answers('nobody-here', '203.0.113')).toEqual(await answers('dalia', '203.0.114'))
  })

  it('A34: learns nothing by sending an identifier as another kind', async () => {
    await server.client.register({ username: 'farida', password })
    const last = async (text: string, network: string) => {
      for (let guess = 0; guess < freeGuesses; guess++)
        await login(server, { username: text, password: 'wrong' }, `${network}.${guess}`)
      return (await login(server, { email: text, password: 'wrong' }, `${network}.99`)).status
    }
    expect(await last('nobody-at-all', '203.0.115')).toBe(await last('farida', '203.0.116'))
  })

  it('cannot lock the owner out at a client that has signed in before', async () => {
    await server.client.register({ username: 'emeka', password })
    expect((await login(server, { username: 'emeka', password }, '203.0.113.77')).status).toBe(200)
    for (let guess = 0; guess <= freeGuesses; guess++) {
      await login(server, { username: 'emeka', password: 'wrong' }, '198.51.100.9')
    }
    expect((await login(server, { username: 'emeka', password }, '198.51.100.9')).status).toBe(429)
    expect((await login(server, { username: 'emeka', password }, '203.0.113.77')).status).toBe(200)
  })
})

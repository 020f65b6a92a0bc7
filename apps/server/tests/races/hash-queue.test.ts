/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { defaultHashes } from '../support/hashes.ts'
import { password } from '../support/password.ts'
import { raceSize } from '../support/race-size.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const flood = raceSize
const others = 10

describe.each(engines)(`${flood} passwords at once, on $name`, (engine) => {
  let server: TestServer
  let client: TestClient
  beforeAll(async () => {
    const env = {
      ...defaultHashes,
      PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
      // One place for each caller, as one caller or network may hold half of them.
      PROXIMA_PASSWORD_QUEUE_DEPTH: '2',
      PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000',
    }
    server = await startTestServer(engine, { env })
    client = new TestClient(server.url)
  })
  afterAll(async () => await server?.close())

  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
  const login = (username: string, address: string) =>
    client.post('/v1/auth/login', { username, password }, from(address))

  beforeAll(async () => {
    await client.register({ username: 'amina', password })
  })

  it.each([
    ['address', () => '203.0.113.66'],
    ['network', (index: number) => `203.0.113.${index % 250}`],
    ['network of IPv6', (index: number) => `2001:db8:1:${index.toString(16)}::1`],
  ])(
    'I13: from one %s take no places from other callers, and are refused at once',
    async (_name, addressOf) => {
      const isFull = Promise.withResolvers<void>()
      const attack = Array.from({ length: flood }, async (_, index) => {
        // What becomes of its connections is its own affair.
        const answer = await login(`nobody${index}`, addressOf(index)).catch(() => null)
        if (answer?.status === 503) isFull.resolve()
        return answer
      })
      await isFull.promise
      for (let other = 0; other < others; other++) {
        const { status, text } = await login('amina', `198.51.100.${other}`)
        expect([status, text]).toEqual([200, text])
      }
      for (const answer of await Promise.all(attack)) {
        if (answer === null || answer.status === 401) continue
        expect([answer.status, answer.body.code]).toEqual([503, 'overloaded'])
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      }
    },
  )
})

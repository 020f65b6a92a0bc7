import { afterAll, describe, expect, it } from 'vitest'
import { Sealer } from '../../src/platform/crypto/sealing.ts'
import { sqlite } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { startTestServer, testSecret } from '../support/test-server.ts'

const shared = { PROXIMA_PUBLIC_URL: 'http://127.0.0.1:4000' }
const later = 'aLaterSecretOnlyForTests-0b9d3c71e5f84a26'

describe('a server that lacks the secret with which another server sealed a row', async () => {
  const server = await startTestServer(sqlite, { env: shared })
  const rotated = await startTestServer(sqlite, {
    databaseUrl: server.databaseUrl,
    env: { ...shared, PROXIMA_SECRET: later, PROXIMA_SECRET_PREVIOUS: testSecret },
    clock: server.clock,
  })
  afterAll(async () => {
    await rotated.close()
    await server.close()
  })

  it('answers 503, and its log names the missing secret', async () => {
    const { token } = await rotated.client.signUp('amina', password)
    await rotated.client.patch('/v1/me', { address: '12 Kenyatta Avenue' }, { token })
    const { refresh_token } = (await rotated.client.login({ username: 'amina', password })).body

    const calls = [
      await server.client.me(token),
      await server.client.post('/v1/auth/refresh', { refresh_token }),
    ]
    for (const { status, body, headers } of calls) {
      expect([status, body.code]).toEqual([503, 'unavailable'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const { keyId } = new Sealer({ current: later })
    const lines = () => server.log.filter((line) => line.includes(`sealed with secret ${keyId}`))
    await expect.poll(lines).toHaveLength(calls.length)
    expect((await rotated.client.me(token)).body.address).toBe('12 Kenyatta Avenue')
  })
})

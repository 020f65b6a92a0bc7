import { describe, expect, it } from 'vitest'
import { engines } from '../../../tests/support/engines.ts'
import { newPerson } from '../../../tests/support/people.ts'
import { startTestServer } from '../../../tests/support/test-server.ts'

const production = {
  PROXIMA_ENV: 'production',
  PROXIMA_SECRET: 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T',
  PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
  PROXIMA_LIMITS: 'on',
}
const warning = 'Neither mail nor text messages are set up'

describe.each(engines.slice(0, 1))('without mail and text messages on $name', (engine) => {
  async function logOf(env: Record<string, string>): Promise<string> {
    const server = await startTestServer(engine, { env })
    try {
      const { token } = await newPerson(server.client, { email: 'amina@example.com' })
      await server.client.post('/v1/me/secret', {}, { token })
      // The lines of a turn are written when it is over.
      await server.client.get('/healthz')
      return server.log.join('\n')
    } finally {
      await server.close()
    }
  }

  it('a server in production says so when it starts, and for each message that it does not send', async () => {
    const log = await logOf(production)
    expect(log).toContain(warning)
    expect(log).toMatch(/"template":"secret_renewed","reason":"no_channel","msg":"message withheld"/)
    expect(log).not.toContain('amina@')
  })

  it('a server in development says nothing, because its outbox page shows the messages', async () => {
    expect(await logOf({})).not.toMatch(/set up|withheld/)
  })

  it('a server with mail does not warn', async () => {
    expect(await logOf({ ...production, PROXIMA_MAIL_URL: 'smtp://127.0.0.1:1' })).not.toMatch(/set up/)
  })

  it('a server with text messages alone says which owners they do not reach', async () => {
    const log = await logOf({ ...production, PROXIMA_SMS_URL: 'https://key@sms.example.org/send' })
    expect(log).toContain('owners without a phone number are not notified')
    expect(log).not.toContain(warning)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { emailOf } from '../../../../tests/support/recovery.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('the language of a new account on $name', (engine) => {
  let server: TestServer
  let strict: TestServer
  beforeAll(async () => {
    const env = { PROXIMA_VERIFICATION: 'optional' }
    server = await startTestServer(engine, { env })
    const { databaseUrl, clock } = server
    strict = await startTestServer(engine, { databaseUrl, clock, env: { PROXIMA_PRIVACY: 'strict' } })
  })
  afterAll(async () => {
    await strict?.close()
    await server?.close()
  })

  const register = ({ client }: TestServer, email: string, languages: string) =>
    client.post('/v1/auth/register', { email, password }, { headers: { 'accept-language': languages } })

  async function localeOf(email: string): Promise<string | null> {
    const { body } = await server.client.login({ email, password })
    const me = await server.client.me(String(body.access_token))
    return me.body.locale as string | null
  }

  async function subjectTo(email: string): Promise<string> {
    return (await messagesTo(server.client, email))[0]?.subject ?? ''
  }

  it('is the best that the client of the person asks for and the server has', async () => {
    const email = emailOf('amina')
    await register(server, email, 'de;q=0.9, sw-KE, en;q=0.5')
    expect(await localeOf(email)).toBe('sw')
    expect(await subjectTo(email)).toContain('Thibitisha')
  })

  it.each(['*', 'de', 'x'])('is the default if the client asks for %s', async (languages) => {
    const email = emailOf('baraka')
    await register(server, email, languages)
    expect(await localeOf(email)).toBeNull()
  })

  it('A06: is that of the owner for a message about a taken address, with strict privacy', async () => {
    const email = emailOf('cheptoo')
    await register(strict, email, 'fr')
    const [french] = await messagesTo(server.client, email)
    const code = await codeSentTo(server.client, email)
    const confirmed = await strict.client.post('/v1/auth/registration/confirm', {
      identifier: email,
      code,
      password,
    })
    expect(confirmed.status).toBe(204)
    expect(await localeOf(email)).toBe('fr')
    await register(strict, email, 'ro')
    const [taken] = await messagesTo(server.client, email)
    expect(taken?.template).toBe('registration_taken')
    expect(
      [french?.subject, taken?.subject].every((subject) => /compte|inscription/i.test(subject ?? '')),
    ).toBe(true)
  })
})

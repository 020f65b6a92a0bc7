import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { rawRequest } from '../../../../tests/support/raw-request.ts'
import { codeSentTo, linkTokenSentTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const password = 'seven green bottles stand here'
const anothers = 'nine quiet rivers bend slowly'

describe.each(engines)('a registration that waits for its confirmation on $name', (engine) => {
  let server: TestServer
  let limited: TestServer
  let services: OwnServices
  beforeAll(async () => {
    const env = { PROXIMA_PRIVACY: 'strict' }
    server = await startTestServer(engine, { env })
    const { databaseUrl, clock } = server
    limited = await startTestServer(engine, { databaseUrl, clock, env: { ...env, PROXIMA_LIMITS: 'on' } })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await limited?.close()
    await server?.close()
  })

  const emailOf = (name: string) => `${name}-${newId().slice(-12)}@example.com`

  async function register(email: string, chosen = password, more: object = {}): Promise<void> {
    const answer = await server.client.register({ email, password: chosen, ...more })
    expect([answer.status, answer.body]).toEqual([202, { status: 'pending' }])
  }

  const confirm = async (identifier: string, code: string, given = password, at = server) =>
    await at.client.post('/v1/auth/registration/confirm', { identifier, code, password: given })
  const canSignIn = async (email: string, given = password) =>
    (await server.client.login({ email, password: given })).status === 200

  async function press(fields: Record<string, string>): Promise<number> {
    const body = new URLSearchParams(fields)
    return (await fetch(`${server.url}/verify`, { method: 'POST', body })).status
  }

  it('I4, A35: cannot sign in before, with the same answer as for a wrong password', async () => {
    const email = emailOf('amina')
    await register(email)
    const answerTo = async (given: object) => {
      const sent = { method: 'POST', body: JSON.stringify(given) }
      const { status, headers, text } = await rawRequest(server.url, '/v1/auth/login', sent)
      const alike = headers.filter(([name]) => !/^(?:x-request-id|date)$/i.test(name))
      return { status, headers: alike, text: text.replace(/"request_id":"[^"]*"/, '') }
    }
    const stranger = await answerTo({ email: emailOf('nobody'), password })
    expect(stranger.status).toBe(401)
    expect(await answerTo({ email, password })).toEqual(stranger)
    expect(await answerTo({ email, password: anothers })).toEqual(stranger)
  })

  it('I5: is confirmed by the code and the password together, once', async () => {
    const email = emailOf('baraka')
    await register(email)
    const code = await codeSentTo(server.client, email)
    for (const [given, chosen] of [
      [wrongCode(code), password],
      [code, anothers],
    ] as const)
      expect((await confirm(email, given, chosen)).body.code).toBe('code_invalid')
    expect(await canSignIn(email)).toBe(false)
    expect((await confirm(email.toUpperCase(), ` ${code} `)).status).toBe(204)
    const login = await server.client.login({ email, password })
    expect(login.body.user).toMatchObject({ email, email_verified: true, status: 'active' })
    expect((await confirm(email, code)).body.code).toBe('code_invalid')
  })

  it('A08, A09: is not confirmed by an owner who did not make it, whatever they press', async () => {
    const victim = emailOf('victim')
    await register(victim, anothers)
    const token = await linkTokenSentTo(server.client, victim)
    const page = await (await fetch(`${server.url}/verify?token=${token}`)).text()
    expect(page).toContain('type="password"')
    expect(await press({ token })).toBe(422)
    expect(await press({ token, password })).toBe(422)
    expect(await canSignIn(victim, anothers)).toBe(false)
    // The owner registers by themselves, and the account of the attacker is gone.
    await register(victim)
    expect(await press({ token, password: anothers })).toBe(422)
    expect(await press({ token: await linkTokenSentTo(server.client, victim), password })).toBe(200)
    expect(await canSignIn(victim, anothers)).toBe(false)
    expect(await canSignIn(victim)).toBe(true)
  })

  it('A36: answers alike for an address without an account, a taken one and a waiting one', async () => {
    const [waiting, taken] = [emailOf('waiting'), emailOf('taken')]
    await register(waiting)
    await register(taken)
    await confirm(taken, await codeSentTo(server.client, taken))
    for (const identifier of [waiting, taken, emailOf('nobody'), 'some-username', '+254712345678', '']) {
      const { status, body } = await confirm(identifier, '000000')
      expect([status, body.code, body.detail], identifier).toEqual([422, 'code_invalid', body.detail])
    }
  })

  it('A40: is guessed at five times, by its address or its username', async () => {
    const email = emailOf('careful')
    const username = `careful-${newId().slice(-6)}`
    await register(email, password, { username })
    const code = await codeSentTo(server.client, email)
    for (let wrong = 0; wrong < 5; wrong++) await confirm(email, wrongCode(code), password, limited)
    for (const identifier of [email, username])
      expect((await confirm(identifier, code, password, limited)).body.code).toBe('code_invalid')
    expect(await canSignIn(email)).toBe(false)
  })

  it('A40: leaves the tries of a signed-in owner alone when a stranger guesses here', async () => {
    const email = emailOf('owner')
    const phone_number = `+2547${Math.floor(Math.random() * 90_000_000 + 10_000_000)}`
    await register(email, password, { phone_number })
    expect((await confirm(email, await codeSentTo(server.client, email))).status).toBe(204)
    const { body } = await limited.client.login({ email, password })
    const token = String(body.access_token)
    server.clock.advance(60)
    const channel = 'phone_number'
    expect((await limited.client.post('/v1/me/verification', { channel }, { token })).status).toBe(202)
    for (let wrong = 0; wrong < 6; wrong++) await confirm(phone_number, '000000', anothers, limited)
    const code = await codeSentTo(server.client, phone_number)
    const confirmed = await limited.client.post('/v1/me/verification/confirm', { channel, code }, { token })
    expect(confirmed.body.code ?? confirmed.status).toBe(200)
  })

  it('A84: tells only the one with the password that the code has expired', async () => {
    const email = emailOf('late')
    await register(email)
    const code = await codeSentTo(server.client, email)
    server.clock.advance(600)
    expect((await confirm(email, code, anothers)).body.code).toBe('code_invalid')
    expect((await confirm(email, code)).body.code).toBe('code_expired')
  })

  it('is erased after a day, and frees its address and its username', async () => {
    const email = emailOf('leaving')
    const username = `leaving-${newId().slice(-6)}`
    await register(email, password, { username })
    server.clock.advance(86_399)
    await services.unconfirmedAccounts.purge(1_000)
    const rows = async () =>
      await services.db.selectFrom('accounts').select('status').where('email_canonical', '=', email).execute()
    expect(await rows()).toEqual([{ status: 'pending' }])
    server.clock.advance(1)
    await services.unconfirmedAccounts.purge(1_000)
    expect(await rows()).toEqual([])
    const free = await server.client.get(`/v1/auth/availability?username=${username}`)
    expect(free.body.available).toBe(true)
  })

  it('is kept if it was confirmed in time', async () => {
    const email = emailOf('staying')
    await register(email)
    await confirm(email, await codeSentTo(server.client, email))
    server.clock.advance(86_400)
    await services.unconfirmedAccounts.purge(1_000)
    expect(await canSignIn(email)).toBe(true)
  })

  it('does not wait if it has only a username, which nothing could confirm', async () => {
    const username = `plain-${newId().slice(-6)}`
    expect((await server.client.register({ username, password })).status).toBe(202)
    expect((await server.client.login({ username, password })).status).toBe(200)
  })
})

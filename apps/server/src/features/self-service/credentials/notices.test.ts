import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type Login, loginWith } from '../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { Languages } from '../../languages/service.ts'

const english = new Languages({ default: 'en' }).for('en')

const old = 'seven green bottles stand here'
const fresh = 'nine quiet rivers bend slowly'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

describe.each(engines)('the notifications of the owner on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_TRUSTED_PROXIES: '127.0.0.1' } })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const from = (userAgent: string) => ({ 'user-agent': userAgent, 'x-forwarded-for': '203.0.113.77' })

  async function signUp(details: object, password?: string): Promise<Login> {
    const { body } = await server.client.register({ ...details, ...(password && { password }) })
    if (password === undefined) return await loginWith(server.client, String(body.user_secret))
    return (await server.client.login({ ...details, password })).body as Login
  }

  const verify = () => verifyAddresses(services.db)

  const changePassword = async (token: string, { from: a = old, to: b = fresh, headers = {} } = {}) =>
    (await server.client.put('/v1/me/password', { current_password: a, new_password: b }, { token, headers }))
      .status

  /** What has been written to the address, the latest first. */
  async function messagesTo(address: string) {
    const messages = await services.outbox.listOpen(100)
    return messages.filter(({ content }) => content?.to === address)
  }

  it('report a changed password, with time and place, in text that neither browser nor mail reader interprets', async () => {
    const { access_token } = await signUp({ email: 'Amina@example.com' }, old)
    expect(await changePassword(access_token, { headers: from(firefox) })).toBe(204)
    const [message, ...more] = await messagesTo('Amina@example.com')
    expect(more).toEqual([])
    expect(message).toMatchObject({ channel: 'mail', template: 'password_changed' })
    expect(message?.content?.subject).toMatch(/^Your .* password was changed$/)
    const { text = '' } = message?.content ?? {}
    const when = english.time(server.clock.now())
    expect(text).toContain(`When: ${when}\nDevice: Firefox on Linux\nNetwork: 203.0.113.0/24`)
    expect(text).toContain('use your password to create a new one. The old one then stops working')
    for (const secret of [old, fresh, '203.0.113.77']) expect(text).not.toContain(secret)
  })

  it('A122: never show a name that the device gives itself', async () => {
    const { access_token } = await signUp({ email: 'baraka@example.com' }, old)
    const hostile = 'Your account is locked, go to evil.example/1.0 <b>now</b>'
    expect(await changePassword(access_token, { headers: from(hostile) })).toBe(204)
    const [message] = await messagesTo('baraka@example.com')
    expect(message?.content?.text).toContain('Device: unknown')
    expect(message?.content?.text).not.toContain('evil')
  })

  it('go by text message if there is no email address, and are left out if there is neither', async () => {
    const { access_token } = await signUp({ phone_number: '+254712345670' }, old)
    expect(await changePassword(access_token)).toBe(204)
    const [message] = await messagesTo('+254712345670')
    expect(message).toMatchObject({ channel: 'sms', template: 'password_changed' })
    const before = (await services.outbox.list(100)).length
    const nobody = await signUp({ username: 'chebet' }, old)
    expect(await changePassword(nobody.access_token)).toBe(204)
    expect(await services.outbox.list(100)).toHaveLength(before)
  })

  it('are not sent if nothing was changed', async () => {
    const { access_token } = await signUp({ email: 'dalila@example.com' }, old)
    expect(await changePassword(access_token, { from: 'wrong' })).toBe(401)
    expect(await changePassword(access_token, { to: 'short' })).toBe(422)
    const taken = await server.client.put('/v1/me/username', { username: 'chebet' }, { token: access_token })
    expect(taken.status).toBe(409)
    expect(await messagesTo('dalila@example.com')).toEqual([])
  })

  it('report a new secret without showing it, and a new username', async () => {
    const { access_token: token } = await signUp({ email: 'farida@example.com', username: 'farida' })
    await verify()
    const { body } = await server.client.post('/v1/me/secret', {}, { token, headers: from(firefox) })
    await server.client.put('/v1/me/username', { username: 'farida-2' }, { token, headers: from(firefox) })
    const messages = await messagesTo('farida@example.com')
    expect(messages.map(({ template }) => template).sort()).toEqual(['secret_renewed', 'username_changed'])
    for (const { content } of messages) {
      expect(content?.text).toContain('Device: Firefox on Linux')
      for (const secret of [String(body.user_secret), 'farida-2']) expect(content?.text).not.toContain(secret)
    }
  })

  it('A79: report the reuse of a replaced refresh token once', async () => {
    const { refresh_token } = await signUp({ email: 'grace@example.com' })
    const refresh = async () =>
      (await server.client.post('/v1/auth/refresh', { refresh_token }, { headers: from(firefox) })).status
    expect(await refresh()).toBe(200)
    server.clock.advance(9)
    expect(await refresh()).toBe(200)
    expect(await messagesTo('grace@example.com')).toEqual([])
    server.clock.advance(1)
    expect(new Set(await Promise.all(Array.from({ length: 20 }, refresh)))).toEqual(new Set([401]))
    const messages = await messagesTo('grace@example.com')
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({ channel: 'mail', template: 'refresh_reused' })
    expect(messages[0]?.content?.text).toContain('Device: Firefox on Linux\nNetwork: 203.0.113.0/24')
    expect(messages[0]?.content?.text).not.toContain(refresh_token)
  })

  it('A88: report one subject at most three times an hour', async () => {
    const { access_token: token } = await signUp({ email: 'hassan@example.com' })
    await verify()
    for (let at = 0; at < 6; at++) await server.client.post('/v1/me/secret', {}, { token })
    expect(await messagesTo('hassan@example.com')).toHaveLength(3)
  })

  it('A88: reach an address that is not verified once, and a verified one before it', async () => {
    const { access_token: token } = await signUp({
      email: 'imani@example.com',
      phone_number: '+254712345671',
    })
    for (let at = 0; at < 3; at++) await server.client.post('/v1/me/secret', {}, { token })
    await server.client.put('/v1/me/username', { username: 'imani' }, { token })
    expect((await messagesTo('imani@example.com')).map(({ template }) => template)).toEqual([
      'secret_renewed',
    ])
    await services.db
      .updateTable('accounts')
      .set({ phone_number_verified_at: Date.now() })
      .where('email_canonical', '=', 'imani@example.com')
      .execute()
    await server.client.post('/v1/me/secret', {}, { token })
    expect(await messagesTo('+254712345671')).toHaveLength(1)
    expect(await messagesTo('imani@example.com')).toHaveLength(1)
  })
})

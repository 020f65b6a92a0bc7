import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import {
  emailOf,
  newPassword,
  phoneOf,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { TestClient } from '../../../../tests/support/test-client.ts'

describe.each(engines)('the pages of recovery on $name', (engine) => {
  let server: RecoveryServer
  /** The pages are not part of the API. */
  let browser: TestClient
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
    browser = new TestClient(server.url)
  })
  afterAll(async () => await server?.close())

  const open = async (path: string, headers: Record<string, string> = {}) =>
    await browser.get(path, { headers })
  const submit = async (path: string, fields: Record<string, string>) =>
    await browser.send('POST', path, new URLSearchParams(fields).toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

  it('A90: set a password with the link of a mail, which opening it does not use up', async () => {
    const email = emailOf('amina')
    await server.register({ email }, ['email'])
    await server.request(email)
    const token = await linkTokenSentTo(server.client, email)
    for (let look = 0; look < 5; look++) {
      // A mail program may add a field of its own to a link.
      const { status, text, headers } = await open(`/recover?token=${token}&utm_source=mail`)
      expect(status).toBe(200)
      expect(text).toContain('autocomplete="new-password"')
      expect(text).toContain(token)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-robots-tag')).toContain('noindex')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toContain("form-action 'self'")
    }
    const weak = await submit('/recover', { token, new_password: 'password' })
    expect(weak.status).toBe(422)
    expect(weak.text).toContain('role="alert"')
    const done = await submit('/recover', { token, new_password: newPassword })
    expect(done.status).toBe(200)
    expect(done.headers.get('set-cookie')).toBeNull()
    expect((await server.login(email, newPassword)).status).toBe(200)
    expect((await submit('/recover', { token, new_password: newPassword })).text).toContain('does not work')
    expect((await open(`/recover?token=${token}`)).status).toBe(422)
  })

  it('A82: the link of an older mail does not work', async () => {
    const email = emailOf('baraka')
    await server.register({ email }, ['email'])
    await server.request(email)
    const older = await linkTokenSentTo(server.client, email)
    server.clock.advance(60)
    await server.request(email)
    expect((await open(`/recover?token=${older}`)).status).toBe(422)
    expect((await open(`/recover?token=${await linkTokenSentTo(server.client, email)}`)).status).toBe(200)
  })

  it('show a new user secret to an account that never had a password', async () => {
    const email = emailOf('cheptoo')
    await server.register({ email }, ['email'], null)
    await server.request(email)
    const token = await linkTokenSentTo(server.client, email)
    expect((await open(`/recover?token=${token}`)).text).toContain('Get a new account secret')
    const { text } = await submit('/recover', { token })
    const user_secret = /pxu_[\w-]+/.exec(text)?.[0] ?? ''
    expect((await server.post('/v1/auth/token', { user_secret })).status).toBe(200)
  })

  it('cancel a recovery with the link of its notification', async () => {
    const [email, phone_number] = [emailOf('dalila'), phoneOf()]
    await server.register({ email, phone_number }, ['email', 'phone_number'])
    await server.exchange(phone_number)
    const [notice] = await messagesTo(server.client, email)
    expect(notice?.template).toBe('recovery_waiting')
    const token = await linkTokenSentTo(server.client, email)
    expect((await open(`/recover/cancel?token=${token}&utm_source=mail`)).status).toBe(200)
    expect((await submit('/recover/cancel', { token })).text).toContain('was cancelled')
    expect((await submit('/recover/cancel', { token })).status).toBe(422)
    expect((await open(`/recover/cancel?token=${token}`)).status).toBe(422)
    server.clock.advance(86_401)
    await server.request(phone_number)
    const again = await server.verify(phone_number, await codeSentTo(server.client, phone_number))
    expect(again.body.code).toBe('recovery_waiting')
  })

  it('A87: are linked at the public address alone, whatever the request names', async () => {
    const email = emailOf('esther')
    await server.register({ email }, ['email'])
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    }
    await server.client.post('/v1/auth/recovery', { identifier: email }, { headers })
    const [message] = await messagesTo(server.client, email)
    for (const link of message?.text.match(/https?:\/\/\S+/g) ?? [])
      expect(link.startsWith(`${server.url}/`) || link === server.url, link).toBe(true)
    const { text } = await open('/recover?token=pxl_unknown', headers)
    expect(text).not.toContain('evil')
  })

  it('A32, A49: take nothing but the form, and no other route takes a form', async () => {
    for (const path of ['/recover', '/recover/cancel']) {
      expect((await browser.post(path, { token: 'a' })).status).toBe(400)
      const twice = await browser.send('POST', path, 'token=a&token=b', {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(twice.status).toBe(400)
    }
    expect((await submit('/v1/auth/recovery', { identifier: 'amina' })).status).toBe(415)
    expect((await submit('/recover', { token: '<script>alert(1)</script>' })).text).not.toContain('<script>')
  })
})

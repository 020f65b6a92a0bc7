import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { addTotp } from '../../../../tests/support/factors.ts'
import { PageClient } from '../../../../tests/support/page-client.ts'
import { password } from '../../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('the page to restore an account on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function deleted(secure?: (token: string) => Promise<unknown>): Promise<string> {
    const username = `amina-${newId().slice(-12)}`
    await server.client.register({ username, password })
    const { body } = await server.client.login({ username, password })
    await secure?.(String(body.access_token))
    const proof = JSON.stringify({ current_password: password })
    await server.client.send('DELETE', '/v1/me', proof, { token: body.access_token })
    return username
  }

  it('gives a deleted account back, and signs in', async () => {
    const browser = new PageClient(server)
    const identifier = await deleted()
    const done = await browser.send('/restore', { identifier, password })
    expect(done.status).toBe(303)
    expect((await browser.open('/v1/me')).status).toBe(200)
  })

  it('A94: asks for the second factor of the account, and gives no session without it', async () => {
    const browser = new PageClient(server)
    const identifier = await deleted((token) => addTotp(server.client, token, server.clock))
    const { status, text } = await browser.send('/restore', { identifier, password })
    expect(status).toBe(200)
    expect(text).toContain('one-time-code')
    expect(browser.isSignedIn).toBe(false)
  })

  it('A35: has the same words for a wrong password and for a stranger', async () => {
    const browser = new PageClient(server)
    const identifier = await deleted()
    const wrong = await browser.send('/restore', { identifier, password: 'not this one' })
    const stranger = await browser.send('/restore', { identifier: 'nobody-here', password: 'not this one' })
    expect([wrong.status, stranger.status]).toEqual([401, 401])
    expect(stranger.text.replaceAll('nobody-here', identifier)).toBe(wrong.text)
    expect(browser.isSignedIn).toBe(false)
  })

  it('A49: signs no one in for a page of another site', async () => {
    const identifier = await deleted()
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const answer = await new PageClient(server).send('/restore', { identifier, password }, foreign)
    expect([answer.status, answer.cookies]).toEqual([403, []])
  })

  it('takes a secret too', async () => {
    const { text } = await new PageClient(server).open('/restore?way=secret')
    expect(text).toContain('name="user_secret"')
  })
})

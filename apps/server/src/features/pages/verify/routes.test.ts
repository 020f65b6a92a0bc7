import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { PageClient } from '../../../../tests/support/page-client.ts'
import { password } from '../../../../tests/support/password.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const elsewhere = 'https://moments.example.org'

describe.each(engines)('the page for the code of a contact on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    const env = { PROXIMA_VERIFICATION: 'required', PROXIMA_RETURN_ORIGINS: elsewhere }
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())

  async function signedIn() {
    const email = `verify-${newId().slice(-12)}@example.com`
    await server.client.register({ email, password })
    const browser = new PageClient(server)
    await browser.send('/sign-in', { identifier: email, password })
    return { browser, email }
  }

  it('confirms it for an account that may do nothing else yet, and leads on', async () => {
    const { browser, email } = await signedIn()
    const page = await browser.open(`/verify/code?return_to=${elsewhere}/start`)
    expect(page.text).toContain(`<b class="ltr">${email}</b>`)
    const fields = { channel: 'email', code: await codeSentTo(server.client, email) }
    const done = await browser.send('/verify/code', { ...fields, return_to: `${elsewhere}/start` })
    expect(done.status).toBe(303)
    expect(done.headers.get('location')).toBe(`${elsewhere}/start`)
    expect((await browser.open('/verify/code')).text).toContain('There is nothing to confirm')
  })

  it('says that a code is wrong, and keeps the way on', async () => {
    const { browser } = await signedIn()
    const fields = { channel: 'email', code: '000000', return_to: `${elsewhere}/start` }
    const wrong = await browser.send('/verify/code', fields)
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('This code does not match')
    expect(wrong.text).toContain(`name="return_to" value="${elsewhere}/start"`)
  })

  it('sends another code, at most once a minute', async () => {
    const { browser, email } = await signedIn()
    const soon = await browser.send('/verify/send', { channel: 'email' })
    expect(soon.status).toBe(429)
    expect(soon.text).toContain('We have just sent a code')
    server.clock.advance(60)
    const former = await codeSentTo(server.client, email)
    const sent = await browser.send('/verify/send', { channel: 'email' })
    expect(sent.headers.get('location')).toBe('/verify/code?channel=email&sent=again')
    expect((await browser.open('/verify/code?channel=email&sent=again')).text).toContain('is on its way')
    expect(await codeSentTo(server.client, email)).not.toBe(former)
  })

  it('A106: does not lead to another site', async () => {
    const { browser, email } = await signedIn()
    const code = await codeSentTo(server.client, email)
    const fields = { channel: 'email', code, return_to: 'https://evil.example/' }
    expect((await browser.send('/verify/code', fields)).headers.get('location')).toBe('/account')
  })

  it('A49: needs a session, and a form of this server', async () => {
    const stranger = await new PageClient(server).open('/verify/code')
    expect(stranger.headers.get('location')).toMatch(/^\/sign-in\?return_to=/)
    const { browser } = await signedIn()
    const foreign = { origin: elsewhere, 'sec-fetch-site': 'cross-site' }
    expect((await browser.send('/verify/send', { channel: 'email' }, foreign)).status).toBe(403)
  })

  it('is where the address of a link leads without its token', async () => {
    const answer = await new PageClient(server).open('/verify')
    expect(answer.headers.get('location')).toBe('/verify/code')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import {
  emailOf,
  newPassword,
  oldPassword,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'

describe.each(engines)('the second step with a code that is sent, on $name', (engine) => {
  let server: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine, {
      PROXIMA_SECOND_FACTOR: 'required',
      PROXIMA_SECOND_FACTOR_CODES: 'email,phone_number',
    })
  })
  afterAll(async () => await server?.close())

  const send = async (path: string, fields: Record<string, string>, origin = server.url) =>
    await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
      body: new URLSearchParams(fields).toString(),
      redirect: 'manual',
    })
  async function newOwner() {
    const email = emailOf('amina')
    const { username } = await server.register({ email }, ['email'])
    const begin = async (password = oldPassword) => await send('/sign-in', { identifier: username, password })
    return { email, username, begin }
  }
  /** The hidden fields of the first form of a page. */
  const hiddenIn = (page: string): Record<string, string> =>
    Object.fromEntries(
      [...(page.split('</form>')[0] ?? '').matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    )

  it('sends a code at once, if there is nothing else, and takes it', async () => {
    const { email, begin } = await newOwner()
    const asked = await begin()
    expect(asked.headers.get('set-cookie')).toBeNull()
    const page = await asked.text()
    expect(page).toContain('Enter the code that we sent to your email.')
    const fields = { ...hiddenIn(page), code: await codeSentTo(server.client, email) }
    const done = await send('/sign-in/second-step', fields)
    expect(done.status).toBe(303)
    expect(done.headers.get('set-cookie')).toMatch(/^__Host-proxima=pxs_/)
    expect((await send('/sign-in/second-step', fields)).status).toBe(401)
  })

  it('sends another code without script, and says if it is too soon', async () => {
    const { email, begin } = await newOwner()
    const page = await (await begin()).text()
    expect(page).toContain('action="/sign-in/second-step/send"')
    const { challenge = '', factors = '' } = hiddenIn(page)
    const again = { challenge, factors, factor: 'email' }
    expect(await (await send('/sign-in/second-step/send', again)).text()).toContain(
      'We have just sent a code',
    )
    server.clock.advance(61)
    const sent = await send('/sign-in/second-step/send', again)
    expect(sent.status).toBe(200)
    expect(await messagesTo(server.client, email)).toHaveLength(2)
    const code = await codeSentTo(server.client, email)
    expect((await send('/sign-in/second-step', { ...again, code })).status).toBe(303)
  })

  it('says that a code is wrong, and keeps the challenge', async () => {
    const { begin } = await newOwner()
    const fields = hiddenIn(await (await begin()).text())
    const wrong = await send('/sign-in/second-step', { ...fields, code: '000000' })
    expect(wrong.status).toBe(401)
    const text = await wrong.text()
    expect(text).toContain('This code does not match')
    expect(hiddenIn(text)['challenge']).toBe(fields['challenge'])
  })

  it('A95: shows that no second step is possible after a recovery by the same contact', async () => {
    const { email, begin } = await newOwner()
    await server.reset(await server.tokenFor(email), newPassword)
    const refused = await begin(newPassword)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('set-cookie')).toBeNull()
    const text = await refused.text()
    expect(text).toContain('No second step is possible now')
    expect(text).not.toMatch(/pxm_|pxe_/)
  })

  it('A49: sends no code for a form of another site', async () => {
    const { email, begin } = await newOwner()
    const fields = hiddenIn(await (await begin()).text())
    server.clock.advance(61)
    const { challenge = '', factors = '' } = fields
    const given = { challenge, factors, factor: 'email' }
    expect((await send('/sign-in/second-step/send', given, 'https://evil.example')).status).toBe(403)
    expect(await messagesTo(server.client, email)).toHaveLength(1)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { newLosingOwner, waitSeconds } from '../../../../tests/support/lost-factor.ts'
import { oldPassword, type RecoveryServer, startRecoveryServer } from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'

const path = '/sign-in/lost'

describe.each(engines)('the pages for a lost second factor on $name', (engine) => {
  let server: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
  })
  afterAll(async () => await server?.close())

  const send = async (to: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    await fetch(`${server.url}${to}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url, ...headers },
      body: new URLSearchParams(fields).toString(),
      redirect: 'manual',
    })
  /** The hidden fields of the last form that leads to the address. */
  const fieldsOf = (page: string, action = path): Record<string, string> => {
    const form = page.split(`action="${action}"`).at(-1)?.split('</form>')[0] ?? ''
    const inputs = form.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)
    return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]))
  }
  const signIn = async (email: string) =>
    await (
      await send('/sign-in', { identifier: email, password: oldPassword, return_to: '/account/sessions' })
    ).text()

  it('say what happens, start nothing before they are asked to, and then sign in (A95)', async () => {
    const owner = await newLosingOwner(server)
    const second = await signIn(owner.email)
    expect(second).toContain('I have lost all of these')
    const question = await (await send(path, fieldsOf(second))).text()
    expect(question).toContain('in 72 hours')
    const sent = async () => (await messagesTo(server.client, owner.email))[0]?.template
    expect(await sent()).toBe('factor_added')
    const begun = await send(path, fieldsOf(question))
    expect(begun.status).toBe(200)
    expect(await begun.text()).toContain('You can go on after')
    expect(await sent()).toBe('factor_recovery_waiting')
    const early = await send(path, fieldsOf(await signIn(owner.email)))
    expect(await early.text()).toContain('You can go on after')
    server.clock.advance(waitSeconds)
    const asked = await (await send(path, fieldsOf(await signIn(owner.email)))).text()
    expect(asked).toContain('autocomplete="one-time-code"')
    const code = await codeSentTo(server.client, owner.email)
    const wrong = await send(path, { ...fieldsOf(asked), code: wrongCode(code) })
    expect(wrong.status).toBe(422)
    const again = await wrong.text()
    expect(again).toContain('role="alert"')
    const soon = await send(path, fieldsOf(again))
    expect(soon.status).toBe(429)
    const done = await send(path, { ...fieldsOf(again), code })
    expect([done.status, done.headers.get('location')]).toEqual([303, `${server.url}/account/sessions`])
    expect(done.headers.get('set-cookie')).toMatch(/^__Host-proxima=/)
  })

  it('A90: keep the second factor with the link of the notification, which opening it does not use up', async () => {
    const owner = await newLosingOwner(server)
    await owner.lose()
    const token = await linkTokenSentTo(server.client, owner.email)
    for (let look = 0; look < 3; look++) {
      const page = await fetch(`${server.url}/recover/factor?token=${token}&utm_source=mail`)
      expect([page.status, page.headers.get('referrer-policy')]).toEqual([200, 'no-referrer'])
    }
    const kept = await send('/recover/factor', { token })
    expect(await kept.text()).toContain('Your second factor stays')
    expect((await send('/recover/factor', { token })).status).toBe(422)
    expect((await fetch(`${server.url}/recover/factor?token=${token}`)).status).toBe(422)
  })

  it('say that the sign-in is over, or that the account cannot be notified', async () => {
    const owner = await newLosingOwner(server, { isVerified: false })
    const second = await signIn(owner.email)
    const refused = await send(path, { ...fieldsOf(second), start: 'yes' })
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('no confirmed email address')
    server.clock.advance(301)
    const over = await send(path, fieldsOf(second))
    expect(over.status).toBe(401)
    expect(await over.text()).toContain('This took too long')
  })

  it('A94: take no challenge of a program, and no form of another site (A49)', async () => {
    const owner = await newLosingOwner(server)
    const { challenge } = (await owner.signIn()).body
    expect((await send(path, { challenge: String(challenge), start: 'yes' })).status).toBe(401)
    const fields = fieldsOf(await signIn(owner.email))
    const foreign = { origin: 'https://evil.example' }
    expect((await send(path, { ...fields, start: 'yes' }, foreign)).status).toBe(403)
  })
})

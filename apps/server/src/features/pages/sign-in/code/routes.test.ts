import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../../tests/support/codes.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { addTotp } from '../../../../../tests/support/factors.ts'
import { emailOf, oldPassword } from '../../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { type SignInCodeServer, startSignInCodeServer } from '../../../../../tests/support/sign-in-codes.ts'

describe.each(engines)('the pages for a sign-in with a code on $name', (engine) => {
  let server: SignInCodeServer
  beforeAll(async () => {
    server = await startSignInCodeServer(engine)
  })
  afterAll(async () => await server?.close())

  const confirmed = async () => {
    const email = emailOf('amina')
    await server.register({ email }, ['email'])
    return email
  }
  const send = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url, ...headers },
      body: new URLSearchParams(fields).toString(),
      redirect: 'manual',
    })
  const open = async (path: string, cookie = '') =>
    await fetch(`${server.url}${path}`, { headers: { cookie } })
  /** Asks on the page, and returns what the browser then has. */
  const begin = async (identifier: string, more: Record<string, string> = {}) => {
    const answer = await send('/sign-in/code/send', { identifier, ...more })
    const text = await answer.text()
    const [, flow = ''] = /name="flow" value="([^"]*)"/.exec(text) ?? []
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';')
    return { answer, text, flow, cookie }
  }
  const sessionIn = (answer: Response) => /__Host-proxima=pxs_/.test(answer.headers.get('set-cookie') ?? '')

  it('are offered on the page of the sign-in, and lead on to where that was to lead', async () => {
    const shown = await (await open('/sign-in?return_to=/account/sessions')).text()
    expect(shown).toMatch(/href="\/sign-in\/code\?return_to=[^"]*%2Faccount%2Fsessions"/)
    const email = await confirmed()
    const { flow } = await begin(email)
    const code = await codeSentTo(server.client, email)
    const fields = { identifier: email, flow, return_to: '/account/sessions' }
    const wrong = await send('/sign-in/code/check', { ...fields, code: wrongCode(code) })
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('role="alert"')
    const done = await send('/sign-in/code/check', { ...fields, code })
    expect(done.status).toBe(303)
    expect(done.headers.get('location')).toBe(`${server.url}/account/sessions`)
    expect(sessionIn(done)).toBe(true)
  })

  it('I4: say the same to a stranger', async () => {
    const shownTo = async (identifier: string) => {
      const { text, flow } = await begin(identifier)
      return text.replaceAll(flow, '').replaceAll(identifier, '')
    }
    const owner = await confirmed()
    expect(await shownTo(owner)).toBe(await shownTo(owner.replace('amina', 'wanja')))
  })

  it('keep the flow of a reader who asks again at once', async () => {
    const email = await confirmed()
    const { flow } = await begin(email)
    const again = await begin(email, { flow })
    expect(again.flow).toBe(flow)
    expect(again.text).toContain('We have just sent a code')
    server.clock.advance(61)
    expect((await begin(email, { flow })).flow).not.toBe(flow)
  })

  it('A90: sign in with one click on the link, in the browser that asked for it', async () => {
    const email = await confirmed()
    const { cookie } = await begin(email, { keep: 'yes', return_to: '/account/sessions' })
    const token = await linkTokenSentTo(server.client, email)
    for (let look = 0; look < 3; look++) {
      const shown = await open(`/sign-in/link?token=${token}&utm_source=mail`, cookie)
      expect(shown.status).toBe(200)
      expect(shown.headers.get('referrer-policy')).toBe('no-referrer')
      expect(await shown.text()).toContain(token)
    }
    // A browser sends this origin from a page without a referrer.
    const done = await send('/sign-in/link', { token }, { cookie, origin: 'null' })
    expect(done.status).toBe(303)
    expect(done.headers.get('location')).toBe(`${server.url}/account/sessions`)
    expect(done.headers.get('set-cookie')).toContain('Max-Age=2592000')
    expect((await send('/sign-in/link', { token }, { cookie })).status).toBe(422)
  })

  it('A49: another browser shows how to type the code, and uses nothing up', async () => {
    const email = await confirmed()
    const { flow, cookie } = await begin(email)
    const token = await linkTokenSentTo(server.client, email)
    const shown = await (await open(`/sign-in/link?token=${token}`)).text()
    expect(shown).toContain('Enter the code instead')
    expect(shown).not.toContain('name="token"')
    const attacker = await begin(await confirmed())
    for (const foreign of ['', attacker.cookie, `${cookie}; ${attacker.cookie}`]) {
      const refused = await send('/sign-in/link', { token }, { cookie: foreign })
      expect(refused.status).toBe(422)
      expect(sessionIn(refused)).toBe(false)
    }
    const code = await codeSentTo(server.client, email)
    expect((await send('/sign-in/code/check', { identifier: email, flow, code })).status).toBe(303)
  })

  it('A94: ask an account that has a second factor for it', async () => {
    const email = await confirmed()
    const { access_token: token } = (await server.login(email, oldPassword)).body
    await addTotp(server.client, String(token), server.clock)
    const { flow } = await begin(email)
    const code = await codeSentTo(server.client, email)
    const asked = await send('/sign-in/code/check', { identifier: email, flow, code })
    expect(sessionIn(asked)).toBe(false)
    expect(await asked.text()).toContain('action="/sign-in/second-step"')
  })

  it('A49: take no form of another site', async () => {
    const email = await confirmed()
    const headers = { origin: 'https://evil.example' }
    const before = (await messagesTo(server.client, email)).length
    expect((await send('/sign-in/code/send', { identifier: email }, headers)).status).toBe(403)
    expect((await messagesTo(server.client, email)).length).toBe(before)
    const { flow } = await begin(email)
    const code = await codeSentTo(server.client, email)
    const foreign = await send('/sign-in/code/check', { identifier: email, flow, code }, headers)
    expect(foreign.status).toBe(403)
    expect(foreign.headers.get('set-cookie')).toBeNull()
  })
})

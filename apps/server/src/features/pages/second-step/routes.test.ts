import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type AddedTotp, addTotp, totpCode } from '../../../../tests/support/factors.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('the page of the second step on $name', (engine) => {
  let server: TestServer
  let person: Person
  let app: AddedTotp
  beforeAll(async () => {
    server = await startTestServer(engine)
    person = await newPerson(server.client)
    app = await addTotp(server.client, person.token, server.clock)
  })
  afterAll(async () => await server?.close())

  const send = async (path: string, fields: Record<string, string>) =>
    await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
      body: new URLSearchParams(fields).toString(),
      redirect: 'manual',
    })
  const begin = async (more: Record<string, string> = {}) =>
    await (await send('/sign-in', { user_secret: person.secret, ...more })).text()
  /** The hidden fields of the first form of a page. */
  const hiddenIn = (page: string): Record<string, string> =>
    Object.fromEntries(
      [...(page.split('</form>')[0] ?? '').matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    )

  it('A94: has no cookie before the code, and then leads to where the sign-in was to lead', async () => {
    const first = await send('/sign-in', { user_secret: person.secret, return_to: '/account/sessions' })
    expect(first.headers.get('set-cookie')).toBeNull()
    const page = await first.text()
    expect(page).toContain('autocomplete="one-time-code"')
    server.clock.advance(30)
    const code = await totpCode(app.secret, server.clock)
    const done = await send('/sign-in/second-step', { ...hiddenIn(page), code })
    expect(done.status).toBe(303)
    expect(done.headers.get('location')).toBe(`${server.url}/account/sessions`)
    const cookie = done.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^__Host-proxima=/)
    // No one asked to stay signed in.
    expect(cookie).not.toContain('Max-Age')
  })

  it('takes no challenge of a program, which would get nothing from a page', async () => {
    const { body } = await server.client.post('/v1/auth/token', { user_secret: person.secret })
    server.clock.advance(30)
    const code = await totpCode(app.secret, server.clock)
    const fields = { challenge: body.challenge, factor: 'totp', factors: 'totp', code }
    const answer = await send('/sign-in/second-step', fields)
    expect(answer.status).toBe(401)
    expect(await answer.text()).toContain('role="alert"')
    // Nothing is used up.
    const finished = await server.client.post('/v1/auth/mfa', {
      challenge: body.challenge,
      factor: 'totp',
      code,
    })
    expect(finished.status).toBe(200)
  })

  it('takes a recovery code instead, which works once', async () => {
    const [code = ''] = app.recoveryCodes
    const other = await send('/sign-in/second-step', {
      ...hiddenIn(await begin({ keep: 'yes' })),
      factor: 'recovery_code',
    })
    const page = await other.text()
    expect(page).not.toContain('one-time-code')
    const fields = { ...hiddenIn(page), code }
    const done = await send('/sign-in/second-step', fields)
    expect(done.status).toBe(303)
    expect(done.headers.get('set-cookie')).toContain('Max-Age=2592000')
    const again = await send('/sign-in/second-step', {
      ...hiddenIn(await begin()),
      factor: 'recovery_code',
      code,
    })
    expect(again.status).toBe(401)
  })

  it('says that a code is wrong, and stays usable with the same challenge', async () => {
    const fields = hiddenIn(await begin())
    const wrong = await send('/sign-in/second-step', { ...fields, code: '000000' })
    expect(wrong.status).toBe(401)
    const text = await wrong.text()
    expect(text).toContain('role="alert"')
    expect(hiddenIn(text)['challenge']).toBe(fields['challenge'])
  })

  it('A91: says that the challenge is over after five minutes', async () => {
    const fields = hiddenIn(await begin())
    server.clock.advance(301)
    const code = await totpCode(app.secret, server.clock)
    const late = await send('/sign-in/second-step', { ...fields, code })
    expect(late.status).toBe(401)
    expect(late.headers.get('set-cookie')).toBeNull()
    expect(await late.text()).toContain('This took too long')
  })

  it('A49: takes no form of another site', async () => {
    const fields = hiddenIn(await begin())
    const code = await totpCode(app.secret, server.clock)
    const foreign = await fetch(`${server.url}/sign-in/second-step`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
      body: new URLSearchParams({ ...fields, code }).toString(),
      redirect: 'manual',
    })
    expect(foreign.status).toBe(403)
    expect(foreign.headers.get('set-cookie')).toBeNull()
  })
})

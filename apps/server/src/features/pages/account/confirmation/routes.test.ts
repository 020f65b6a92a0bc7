import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../../tests/support/audit-events.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { addTotp, totpCode } from '../../../../../tests/support/factors.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { password } from '../../../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const freshSeconds = 600
const path = '/account/confirm'

describe.each(engines)('the page that confirms the owner on $name', (engine) => {
  let server: TestServer
  let number = 0
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    number += 1
    const username = `confirming-${number}`
    await server.client.register({ username, password })
    const visitor = await PageVisitor.signIn(server, { identifier: username, password })
    return { visitor, username }
  }

  it('says how long a recent sign-in still counts, and asks again afterwards', async () => {
    const { visitor } = await newOwner()
    server.clock.advance(60)
    const fresh = await visitor.read(path)
    expect(fresh).toContain('data-seconds="540"')
    expect(fresh).not.toContain('name="current_password"')
    server.clock.advance(freshSeconds)
    expect(await visitor.read(path)).toContain('name="current_password"')
  })

  it('A52: starts a fresh session in place of the former one, which ends', async () => {
    const { visitor } = await newOwner()
    const former = { cookie: visitor.cookie, id: await visitor.sessionId() }
    server.clock.advance(freshSeconds)
    const answer = await visitor.send(path, { current_password: password, return_to: '/account/contacts' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`${server.url}/account/contacts`)
    expect(visitor.cookie).not.toBe(former.cookie)
    expect(await visitor.sessionId()).not.toBe(former.id)
    expect(await visitor.read(path)).toContain(`data-seconds="${freshSeconds}"`)
    const thief = new PageVisitor(server)
    thief.cookie = former.cookie
    expect((await thief.open('/account')).status).toBe(303)
    const [event] = (await readEvents(server.databaseUrl)).filter(
      ({ action, outcome }) => action === 'reauthentication' && outcome === 'success',
    )
    expect(event).toMatchObject({ method: 'password', session_id: await visitor.sessionId() })
  })

  it('A57: sets a cookie like that of the sign-in, which ends when the former one would have', async () => {
    const { visitor } = await newOwner()
    server.clock.advance(freshSeconds)
    const [cookie] = (await visitor.send(path, { current_password: password })).headers.getSetCookie()
    expect(cookie).toMatch(
      new RegExp(
        `^__Host-proxima=[^;]+; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${2_592_000 - freshSeconds};`,
      ),
    )
  })

  it('does not keep the cookie of a session that ends with the browser', async () => {
    const username = 'brief-visitor'
    await server.client.register({ username, password })
    const visitor = new PageVisitor(server)
    await visitor.send('/sign-in', { identifier: username, password })
    server.clock.advance(freshSeconds)
    const [cookie] = (await visitor.send(path, { current_password: password })).headers.getSetCookie()
    expect(cookie).not.toMatch(/Max-Age|Expires/)
    server.clock.advance(43_200 - freshSeconds)
    expect((await visitor.open('/account')).status).toBe(303)
  })

  it('refuses a wrong password, and the former session goes on', async () => {
    const { visitor } = await newOwner()
    server.clock.advance(freshSeconds)
    const answer = await visitor.send(path, { current_password: 'wrong', return_to: '/account/security' })
    expect(answer.status).toBe(401)
    const text = await answer.text()
    expect(text).toContain('This is not your password.')
    expect(text).toContain('name="return_to"')
    expect((await visitor.open('/account')).status).toBe(200)
  })

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example'])(
    'A106: does not lead to %s',
    async (address) => {
      const { visitor } = await newOwner()
      server.clock.advance(freshSeconds)
      const answer = await visitor.send(path, { current_password: password, return_to: address })
      expect(answer.headers.get('location')).toBe(path)
    },
  )

  it('keeps the second factor of the former session, and takes one in place of the password', async () => {
    const { token } = await server.client.signUp('with-an-app', password)
    const { secret } = await addTotp(server.client, token, server.clock)
    const visitor = new PageVisitor(server)
    const step = await visitor.send('/sign-in', { identifier: 'with-an-app', password, keep: 'yes' })
    const challenge = /name="challenge" value="([^"]*)"/.exec(await step.text())?.[1] ?? ''
    const factors = { factor: 'totp', factors: 'totp' }
    const code = await totpCode(secret, server.clock)
    await visitor.send('/sign-in/second-step', { challenge, ...factors, code, keep: 'yes' })
    const proofs = async () => {
      const { data } = (await (await visitor.open('/v1/me/sessions')).json()) as { data: { amr: string[] }[] }
      return data[0]?.amr
    }
    server.clock.advance(freshSeconds)
    await visitor.send(path, { current_password: password })
    expect(await proofs()).toEqual(['pwd', 'otp', 'mfa'])
    // The password does not make the second factor fresh.
    const removal = async () => (await visitor.open('/account/confirm?needs=factor')).text()
    expect(await removal()).not.toContain('name="current_password"')
    const next = await totpCode(secret, server.clock)
    const answer = await visitor.send(path, { needs: 'factor', code: next, return_to: '/account/security' })
    expect(answer.headers.get('location')).toBe(`${server.url}/account/security`)
    expect(await proofs()).toEqual(['pwd', 'otp', 'mfa'])
    expect((await visitor.send(path, { needs: 'factor', code: next })).status).toBe(401)
    const started = await fetch(`${server.url}/v1/me/factors/totp`, {
      method: 'POST',
      headers: { cookie: visitor.cookie, origin: server.url },
    })
    expect(started.status).toBe(200)
  })
})

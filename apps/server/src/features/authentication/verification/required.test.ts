import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { loginWith, newPerson, type Person } from '../../../../tests/support/people.ts'
import { withRoutes } from '../../../../tests/support/routes.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

/** What an account may do before it has confirmed a contact. */
const open = [
  'DELETE /v1/me',
  'DELETE /v1/me/impersonation',
  'GET /v1/me',
  'POST /v1/auth/logout',
  'POST /v1/me/email/confirm',
  'POST /v1/me/phone-number/confirm',
  'POST /v1/me/verification',
  'POST /v1/me/verification/confirm',
  // For an address with a typing error.
  'PUT /v1/me/email',
  'PUT /v1/me/phone-number',
]

/** The pages for the same, and those for everyone. */
const openPages = [
  'GET /account',
  'GET /account/confirm',
  'GET /account/contacts',
  'GET /account/contacts/email',
  'GET /account/contacts/phone',
  'GET /account/data',
  'GET /sign-in',
  'GET /sign-in/code',
  'GET /sign-in/connect',
  'GET /sign-in/with/:provider/callback',
  'GET /sign-out',
  'GET /sign-up',
  'GET /verify/code',
  'POST /account/confirm',
  'POST /account/contacts/email',
  'POST /account/contacts/email/confirm',
  'POST /account/contacts/email/keep',
  'POST /account/contacts/email/verification',
  'POST /account/contacts/email/verification/confirm',
  'POST /account/contacts/phone',
  'POST /account/contacts/phone/confirm',
  'POST /account/contacts/phone/keep',
  'POST /account/contacts/phone/verification',
  'POST /account/contacts/phone/verification/confirm',
  'POST /account/data/delete',
  'POST /account/viewing/stop',
  'POST /sign-in/connect',
  'POST /sign-out',
  'POST /verify/code',
  'POST /verify/send',
]

describe.each(engines)('an account that must confirm a contact on $name', (engine) => {
  let server: TestServer
  let routes: Awaited<ReturnType<typeof withRoutes>>['routes']
  beforeAll(async () => {
    const env = { PROXIMA_VERIFICATION: 'required', PROXIMA_AUDIENCE: 'https://api.example.org' }
    ;({ server, routes } = await withRoutes(() => startTestServer(engine, { env })))
  })
  afterAll(async () => await server?.close())

  const emailOf = () => `must-${newId().slice(-12)}@example.com`

  async function confirm({ token }: Pick<Person, 'token'>, email: string): Promise<number> {
    const body = { channel: 'email', code: await codeSentTo(server.client, email) }
    return (await server.client.post('/v1/me/verification/confirm', body, { token })).status
  }

  it('I7: may call nothing but what it needs to confirm or correct a contact, to leave or to sign out', async () => {
    const { secret } = await newPerson(server.client, { email: emailOf() })
    const { session_code: token } = await loginWith(server.client, secret, 'code')
    const allowed: string[] = []
    const guarded = routes.filter(
      ({ method, config }) =>
        method !== 'HEAD' &&
        method !== 'OPTIONS' &&
        config.access !== 'public' &&
        config.access !== 'metrics' &&
        config.access !== 'webhook' &&
        config.access !== 'client',
    )
    expect(guarded.length).toBeGreaterThan(open.length + 5)
    // Last, because it ends the session.
    const ends = (path: string) => Number(/logout|\/v1\/me$/.test(path))
    for (const { method, path } of guarded.toSorted((a, b) => ends(a.path) - ends(b.path))) {
      if (open.includes(`${method} ${path}`) || openPages.includes(`${method} ${path}`)) {
        allowed.push(`${method} ${path}`)
        continue
      }
      const url = `${server.url}${path.replace(/:\w+/g, newId())}`
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(url, { method, headers, redirect: 'manual' })
      // A page leads to where its reader confirms.
      if (answer.headers.get('location')?.startsWith('/account/contacts') === true) continue
      expect(answer.status, `${method} ${path}`).toBe(403)
      const text = await answer.text()
      // A page says it in words.
      if (!text.startsWith('<')) expect(JSON.parse(text)).toMatchObject({ code: 'verification_required' })
    }
    expect([...new Set(allowed)].sort()).toEqual([...open, ...openPages].sort())
    expect((await server.client.me(token)).status).toBe(200)
    expect((await server.client.post('/v1/auth/logout', {}, { token })).status).toBe(204)
  })

  it('I7: gets an access token that no other service accepts, and the usual one once it has confirmed', async () => {
    const email = emailOf()
    const person = await newPerson(server.client, { email })
    const { refresh_token } = person.login.body
    expect(decodeJwt(person.token).aud).toBe('urn:proxima:verification')
    const early = await server.client.post('/v1/auth/refresh', { refresh_token })
    expect(decodeJwt(String(early.body.access_token)).aud).toBe('urn:proxima:verification')
    expect(await confirm(person, email)).toBe(200)
    // The same token, at once.
    expect((await server.client.get('/v1/me/sessions', { token: person.token })).status).toBe(200)
    const renewed = await server.client.post('/v1/auth/refresh', { refresh_token: early.body.refresh_token })
    expect(decodeJwt(String(renewed.body.access_token)).aud).toBe('https://api.example.org')
  })

  it('needs a contact to register, unless an operator creates it', async () => {
    const refused = await server.client.register({ username: 'no-contact' })
    expect(refused.body).toMatchObject({ code: 'validation_failed', errors: [{ code: 'contact_needed' }] })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { newPerson } from '../support/people.ts'
import { isOpenToEveryAccount, type Route, withRoutes } from '../support/routes.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const claims = {
  role: 'admin',
  roles: ['admin'],
  is_admin: true,
  admin: true,
  first: true,
  permissions: ['*'],
}

describe.each(engines)('the first caller of an empty server on $name', (engine) => {
  let server: TestServer
  let routes: readonly Route[]
  beforeAll(async () => {
    ;({ server, routes } = await withRoutes(() => startTestServer(engine)))
  })
  afterAll(async () => await server?.close())

  async function rolesGiven(): Promise<Set<string>> {
    const db = openDatabase(server.databaseUrl)
    const rows = await db.selectFrom('account_roles').select('role').execute()
    await db.destroy()
    return new Set(rows.map(({ role }) => role))
  }

  it('A13: becomes an ordinary user, and so does everyone who registers at the same time', async () => {
    const race = ['the-admin', 'root-user', 'administrators', 'owner', 'superuser1'].flatMap((username) =>
      Array.from({ length: 10 }, () => server.client.register({ username })),
    )
    const answers = await Promise.all(race)
    const registered = answers.filter(({ status }) => status === 201)
    expect(registered).toHaveLength(5)
    for (const { body } of registered) expect(body.roles).toEqual(['user'])
    expect(await rolesGiven()).toEqual(new Set(['user']))
  })

  it('A13, A01: is not made an administrator by any field of any call', async () => {
    const { token, secret } = await newPerson(server.client, 'amina')
    await server.client.register({ username: 'baraka', password })
    for (const [field, value] of Object.entries(claims)) {
      const claimed = { [field]: value }
      const calls = [
        server.client.register({ username: `claims-${field.replace('_', '-')}`, ...claimed }),
        server.client.login({ username: 'baraka', password, ...claimed }),
        server.client.post('/v1/auth/token', { user_secret: secret, ...claimed }),
        server.client.patch('/v1/me', claimed, { token }),
      ]
      for (const { status, body } of await Promise.all(calls)) {
        expect([status, body.code], field).toEqual([422, 'validation_failed'])
        expect(body.errors[0].pointer).toBe(`/${field}`)
      }
    }
    expect((await server.client.me(token)).body.roles).toEqual(['user'])
    expect(await rolesGiven()).toEqual(new Set(['user']))
  })

  it('A13: finds no call that sets up the server: only these change anything without a credential', () => {
    const open = routes.filter(
      (route) =>
        isOpenToEveryAccount(route) &&
        !(route.access === 'user' || route.access === 'session_code') &&
        !['GET', 'HEAD'].includes(route.method),
    )
    expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      // Only for someone who is signed in.
      'POST /consent',
      // These change something only with the token of a message.
      'POST /invitation',
      'POST /not-me',
      // These only lead on to the same address with GET.
      'POST /oauth/authorize',
      'POST /oauth/end_session',
      // Only with a secret of the page that asks.
      'POST /oauth/end_session/confirm',
      'POST /recover',
      'POST /recover/cancel',
      // These find only accounts that exist.
      'POST /recover/code',
      // Only with the token of a message.
      'POST /recover/factor',
      'POST /recover/verify',
      'POST /restore',
      // Only with the token that the server prints while there is no administrator.
      'POST /setup',
      'POST /sign-in',
      'POST /sign-in/code/check',
      'POST /sign-in/code/send',
      'POST /sign-in/link',
      // Only with the challenge of a sign-in.
      'POST /sign-in/lost',
      // Only with a passkey of an account.
      'POST /sign-in/passkey',
      'POST /sign-in/second-factor',
      'POST /sign-in/second-step',
      'POST /sign-in/second-step/send',
      // With an answer that the browser has asked for; a new account gets the default role.
      'POST /sign-in/with/:provider/callback',
      'POST /sign-out',
      // A new account gets the default role.
      'POST /sign-up',
      'POST /sign-up/agree',
      'POST /sign-up/confirm',
      // Only with the token of a message, too.
      'POST /undo',
      'POST /v1/auth/code',
      'POST /v1/auth/code/confirm',
      'POST /v1/auth/login',
      'POST /v1/auth/logout',
      'POST /v1/auth/mfa',
      'POST /v1/auth/mfa/lost',
      'POST /v1/auth/mfa/lost/confirm',
      'POST /v1/auth/mfa/passkey',
      'POST /v1/auth/mfa/send',
      'POST /v1/auth/passkey',
      'POST /v1/auth/passkey/options',
      // These find only accounts that exist.
      'POST /v1/auth/recovery',
      'POST /v1/auth/recovery/reset',
      'POST /v1/auth/recovery/verify',
      'POST /v1/auth/refresh',
      'POST /v1/auth/register',
      'POST /v1/auth/register/passkey',
      'POST /v1/auth/registration/confirm',
      'POST /v1/auth/restore',
      'POST /v1/auth/token',
      'POST /verify',
      'POST /verify/change',
    ])
  })
})

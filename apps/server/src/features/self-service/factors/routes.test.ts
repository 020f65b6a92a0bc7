import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DeletionServer,
  mailsTo,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { addTotp, finish, totpCode } from '../../../../tests/support/factors.ts'
import { password } from '../../../../tests/support/password.ts'
import { loginWith, newPerson, signInWith } from '../../../../tests/support/people.ts'
import { emailOf, nameOf, phoneOf } from '../../../../tests/support/recovery.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'

describe.each(engines)('second factors of the caller on $name', (engine) => {
  let server: DeletionServer
  let count = 0
  beforeAll(async () => {
    server = await startDeletionServer(engine, { env: { PROXIMA_LIMITS: 'on' } })
  })
  afterAll(async () => await server?.close())

  const send = (method: string, path: string, token: string, body?: object) =>
    server.client.send(method, path, body && JSON.stringify(body), { token })
  const factorsOf = (token: string) => server.client.get('/v1/me/factors', { token })
  async function newOwner(given: object = {}) {
    const person = await newPerson(server.client, { username: `own-${++count}`, ...given })
    const added = await addTotp(server.client, person.token, server.clock)
    const [factor] = (await factorsOf(person.token)).body.data
    return { ...person, userSecret: person.secret, ...added, path: `/v1/me/factors/${String(factor.id)}` }
  }
  async function signInWithFactor({ secret, userSecret }: { secret: string; userSecret: string }) {
    const asked = await server.client.post('/v1/auth/token', { user_secret: userSecret })
    server.clock.advance(30)
    const answer = await finish(server.client, asked, 'totp', await totpCode(secret, server.clock))
    expect(answer.status, answer.text).toBe(200)
    return String(answer.body.access_token)
  }

  it('are none at first', async () => {
    const { token } = await newPerson(server.client)
    expect((await factorsOf(token)).body).toEqual({ data: [], recovery_codes_left: 0 })
  })

  it('have the name of the account in the app: its username, or else its email address or phone number', async () => {
    const username = nameOf('p').replaceAll('-', '')
    const [email, phone_number] = [emailOf('p'), phoneOf()]
    for (const [given, name] of [
      [{ username, email: emailOf('p'), phone_number: phoneOf() }, username],
      [{ email, phone_number: phoneOf() }, email],
      [{ phone_number }, phone_number],
    ] as const) {
      const { token } = await newPerson(server.client, given)
      const { body } = await send('POST', '/v1/me/factors/totp', token)
      const label = decodeURIComponent(new URL(String(body.otpauth_url)).pathname)
      expect(label.split(':').at(-1)).toBe(name)
    }
  })

  it('begin with a secret in three forms, which is no factor until a code confirms it (A93)', async () => {
    const { secret: userSecret, token, username } = await newPerson(server.client)
    const { body } = await send('POST', '/v1/me/factors/totp', token)
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/)
    const url = new URL(String(body.otpauth_url))
    expect([url.protocol, url.host, url.searchParams.get('secret')]).toEqual([
      'otpauth:',
      'totp',
      body.secret,
    ])
    expect(decodeURIComponent(url.pathname)).toContain(username)
    expect(body.qr_svg).toMatch(/^<svg /)
    expect(body.qr_svg).not.toMatch(/style|script|href/)
    expect((await factorsOf(token)).body).toEqual({ data: [], recovery_codes_left: 0 })
    await signInWith(server.client, userSecret)
    const confirm = (code: string) => send('POST', '/v1/me/factors/totp/confirm', token, { code })
    expect((await confirm('000000')).body.code).toBe('code_invalid')
    const confirmed = await confirm(await totpCode(String(body.secret), server.clock))
    expect(confirmed.body.recovery_codes).toHaveLength(10)
    expect((await factorsOf(token)).body).toMatchObject({
      data: [{ kind: 'totp', name: 'Authenticator app', synced: null }],
      recovery_codes_left: 10,
    })
  })

  it('cannot be confirmed before they are begun, or long after', async () => {
    const { secret, token } = await newPerson(server.client)
    // An access token would have expired by then.
    const { session_code: code } = await loginWith(server.client, secret, 'code')
    const confirm = () => send('POST', '/v1/me/factors/totp/confirm', token, { code: '123456' })
    expect((await confirm()).body.code).toBe('totp_not_started')
    expect((await send('POST', '/v1/me/factors/totp', token)).status).toBe(200)
    expect((await confirm()).body.code).toBe('code_invalid')
    server.clock.advance(15 * 60)
    const prove = { user_secret: secret }
    await server.client.post('/v1/me/reauthentication', prove, { token: code })
    const late = await send('POST', '/v1/me/factors/totp/confirm', code, { code: '123456' })
    expect(late.body.code).toBe('totp_not_started')
  })

  it('end all other sessions when one is added, and notify the owner', async () => {
    const email = `own-${count + 1}@example.com`
    const { client } = server
    const { secret, token } = await newPerson(client, { username: `own-${++count}`, email })
    const other = await signInWith(client, secret)
    await addTotp(client, token, server.clock)
    expect((await client.me(token)).status).toBe(200)
    expect((await client.me(other.token)).status).toBe(401)
    expect(await mailsTo(server, email)).toContain('factor_added')
  })

  it('can be renamed, and no one else can do it', async () => {
    const { path, token } = await newOwner()
    expect((await send('PATCH', path, token, { name: 'Blue phone' })).body.name).toBe('Blue phone')
    expect((await send('PATCH', path, token, { name: ' ' })).status).toBe(422)
    const stranger = await newPerson(server.client)
    expect((await send('PATCH', path, stranger.token, { name: 'Mine' })).status).toBe(404)
    expect((await send('DELETE', path, stranger.token)).status).toBe(404)
  })

  it('can be removed after a recent second factor; then no sign-in asks for one', async () => {
    const email = `own-${count + 1}@example.com`
    const owner = await newOwner({ email })
    await verifyAddresses(server.services.db)
    const token = await signInWithFactor(owner)
    expect((await send('DELETE', owner.path, token)).status).toBe(204)
    expect((await factorsOf(token)).body).toEqual({ data: [], recovery_codes_left: 0 })
    await signInWith(server.client, owner.userSecret)
    expect(await mailsTo(server, email)).toContain('factor_removed')
  })

  it.each([
    ['DELETE', null],
    ['POST', '/v1/me/recovery-codes'],
    ['POST', '/v1/me/factors/totp'],
  ])('A96: %s %s needs a second factor that was given a short time ago', async (method, given) => {
    const owner = await newOwner()
    const token = await signInWithFactor(owner)
    const path = given ?? owner.path
    server.clock.advance(601)
    const refused = await send(method, path, token)
    expect(refused.body.code).toBe('step_up_required')
    // The first factor alone is not enough.
    const prove = (body: object) => server.client.post('/v1/me/reauthentication', body, { token })
    expect((await prove({ user_secret: owner.userSecret })).status).toBe(204)
    expect((await send(method, path, token)).body.code).toBe('step_up_required')
    const code = await totpCode(owner.secret, server.clock)
    expect((await prove({ factor: 'totp', code })).status).toBe(204)
    expect((await send(method, path, token)).status).toBeLessThan(300)
  })

  it('give new recovery codes; the earlier ones no longer work', async () => {
    const owner = await newOwner()
    const token = await signInWithFactor(owner)
    const { body } = await send('POST', '/v1/me/recovery-codes', token)
    expect(body.recovery_codes).toHaveLength(10)
    expect((await factorsOf(token)).body.recovery_codes_left).toBe(10)
    const ask = () => server.client.post('/v1/auth/token', { user_secret: owner.userSecret })
    const use = async (code = '') => (await finish(server.client, await ask(), 'recovery_code', code)).status
    expect(await use(owner.recoveryCodes[0])).toBe(401)
    expect(await use(String(body.recovery_codes[0]))).toBe(200)
  })

  it('give no recovery codes to an account without a second factor', async () => {
    const { token } = await newPerson(server.client)
    expect((await send('POST', '/v1/me/recovery-codes', token)).body.code).toBe('no_second_factor')
  })

  it('move to another phone: the new app takes the place of the former, and the codes stay', async () => {
    const owner = await newOwner()
    const token = await signInWithFactor(owner)
    const secret = String((await send('POST', '/v1/me/factors/totp', token)).body.secret)
    // Until the new one is confirmed, the former one works.
    const still = await signInWithFactor(owner)
    const code = await totpCode(secret, server.clock)
    const confirmed = await send('POST', '/v1/me/factors/totp/confirm', still, { code })
    expect(confirmed.body).toEqual({ recovery_codes: null })
    expect((await factorsOf(still)).body.data).toHaveLength(1)
    const asked = await server.client.post('/v1/auth/token', { user_secret: owner.userSecret })
    server.clock.advance(30)
    const [old, current] = [await totpCode(owner.secret, server.clock), await totpCode(secret, server.clock)]
    expect((await finish(server.client, asked, 'totp', old)).status).toBe(401)
    expect((await finish(server.client, asked, 'totp', current)).status).toBe(200)
  })

  it('A85: are stored so that the database alone reveals neither a secret nor a recovery code', async () => {
    const { id, recoveryCodes, secret } = await newOwner()
    const { db } = server.services
    const stored = JSON.stringify([
      await db.selectFrom('totp_secrets').selectAll().where('account_id', '=', id).execute(),
      await db.selectFrom('recovery_codes').selectAll().where('account_id', '=', id).execute(),
    ])
    for (const text of [secret, ...recoveryCodes]) {
      expect(stored).not.toContain(text)
      expect(stored).not.toContain(text.replaceAll('-', ''))
    }
  })

  it('A95: a recovered password does not open the account without the second factor', async () => {
    const { client } = server
    const username = `own-${++count}`
    const { token, user } = await client.signUp(username, password)
    await addTotp(client, token, server.clock)
    await server.services.credentialReset.setPassword(user.id, 'nine yellow trains sleep')
    const login = await client.login({ username, password: 'nine yellow trains sleep' })
    expect(login.body.code).toBe('mfa_required')
  })
})

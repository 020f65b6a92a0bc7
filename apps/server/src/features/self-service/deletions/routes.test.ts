import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  comparable,
  type DeletionServer,
  daySeconds,
  mailsTo,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { loginWith, newPerson, signInWith } from '../../../../tests/support/people.ts'

describe.each(engines)('leaving on $name', (engine) => {
  let server: DeletionServer
  beforeAll(async () => {
    server = await startDeletionServer(engine)
  })
  afterAll(async () => await server?.close())

  it('A56: takes effect at once: no token, code, refresh or password works any more', async () => {
    const name = { username: 'amina', email: 'amina@example.com' }
    await server.client.register({ ...name, password })
    const { body: login } = await server.client.login({ username: 'amina', password })
    const { body: code } = await server.client.login({ username: 'amina', password, mode: 'code' })
    const deleted = await server.deleteMe(String(login.access_token), { current_password: password })
    const now = server.clock.now()
    const until = new Date(now.getTime() + 7 * daySeconds * 1_000).toISOString()
    expect([deleted.status, deleted.body]).toEqual([
      202,
      {
        receipt: expect.stringMatching(/^pxd_[\w-]{43}$/),
        status: 'pending',
        deleted_at: now.toISOString(),
        restorable_until: until,
        restored_at: null,
        erased_at: until,
      },
    ])
    for (const credential of [login.access_token, code.session_code])
      expect((await server.client.me(String(credential))).body.code).toBe('invalid_token')
    const refreshed = await server.client.post('/v1/auth/refresh', { refresh_token: login.refresh_token })
    expect(refreshed.status).toBe(401)
    expect((await server.deleteMe(String(login.access_token), { current_password: password })).status).toBe(
      401,
    )
    expect(await mailsTo(server, 'amina@example.com')).toEqual(['account_deleted'])
  })

  it('A35: a sign-in to a deleted account is answered like one to an unknown account, whatever the password', async () => {
    const stranger = comparable(await server.client.login({ username: 'nobody-at-all', password }))
    expect(stranger.status).toBe(401)
    for (const given of [password, 'wrong'])
      for (const identifier of ['amina', 'amina@example.com'])
        expect(comparable(await server.client.login({ identifier, password: given }))).toEqual(stranger)
    const { secret } = await server.leave()
    const token = (user_secret: string) => server.client.post('/v1/auth/token', { user_secret })
    expect(comparable(await token(secret))).toEqual(comparable(await token('pxu_nobody')))
  })

  it('needs either the right password or the right secret', async () => {
    const [chebet, other] = [await newPerson(server.client), await newPerson(server.client)]
    const refusals = [
      [{}, 422],
      [{ user_secret: chebet.secret, current_password: 'x' }, 422],
      [{ user_secret: chebet.secret, reason: 'none' }, 422],
      [{ user_secret: [chebet.secret] }, 422],
      [{ user_secret: other.secret }, 401],
      [{ user_secret: '' }, 401],
      [{ current_password: '' }, 401],
    ] as const
    for (const [body, status] of refusals)
      expect((await server.deleteMe(chebet.token, body)).status, JSON.stringify(body)).toBe(status)
    expect((await server.client.send('DELETE', '/v1/me', undefined, { token: chebet.token })).status).toBe(
      400,
    )
    expect((await server.client.me(chebet.token)).status).toBe(200)
  })

  it('by cookie clears the cookie, and works only from our own pages', async () => {
    const { secret } = await newPerson(server.client)
    const signedIn = await server.client.post('/v1/auth/token', { user_secret: secret, mode: 'cookie' })
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const send = (origin: string) =>
      server.client.send('DELETE', '/v1/me', JSON.stringify({ user_secret: secret }), {
        headers: { cookie, origin },
      })
    expect((await send('https://evil.example')).status).toBe(403)
    const { status, headers } = await send(new URL(server.url).origin)
    expect(status).toBe(202)
    expect(headers.get('set-cookie')).toMatch(/^__Host-proxima=;.*Max-Age=0/)
  })

  it('keeps the names taken during the grace period, and releases them afterwards', async () => {
    const names = { username: 'dalila', email: 'dalila@example.com', phone_number: '+254712345671' }
    const { token, secret } = await newPerson(server.client, names)
    await server.deleteMe(token, { user_secret: secret })
    for (const [name, value] of Object.entries(names))
      expect((await server.client.register({ [name]: value })).body.code).toBe(`${name}_taken`)
    server.clock.advance(7 * daySeconds - 1)
    await server.purge()
    expect((await server.client.register(names)).status).toBe(409)
    server.clock.advance(1)
    await server.purge()
    expect((await server.client.register(names)).status).toBe(201)
  })

  it('I2: a later owner of the same email is someone else and inherits nothing', async () => {
    const email = 'esi@example.com'
    const key = { 'idempotency-key': '018f3c1e-5b7a-4c3d-9e2f-1a2b3c4d5e6f' }
    const register = () =>
      server.client.post('/v1/auth/register', { email, address: 'Moi Avenue 1' }, { headers: key })
    const { body: first } = await register()
    const old = await loginWith(server.client, String(first.user_secret))
    await server.client.patch('/v1/me/profile', { occupation: 'Engineer' }, { token: old.access_token })
    await server.deleteMe(String(old.access_token), { user_secret: first.user_secret })
    server.clock.advance(7 * daySeconds)
    await server.purge()
    const { status, body: second } = await register()
    expect(status).toBe(201)
    expect(second.id).not.toBe(first.id)
    expect(second.user_secret).not.toBe(first.user_secret)
    const { token } = await signInWith(server.client, String(second.user_secret))
    expect((await server.client.me(token)).body).toMatchObject({ id: second.id, address: 'Moi Avenue 1' })
    expect((await server.client.get('/v1/me/profile', { token })).body.occupation).toBeNull()
    expect((await server.client.get('/v1/me/sessions', { token })).body.data).toHaveLength(1)
    const { body: exported } = await server.client.get('/v1/me/export', { token })
    expect((exported.events as { action: string }[]).map(({ action }) => action)).toEqual([
      'registration',
      'sign_in',
      'export',
    ])
    expect(exported.messages).toEqual([])
    expect((await server.client.me(String(old.access_token))).status).toBe(401)
    expect((await server.client.post('/v1/auth/token', { user_secret: first.user_secret })).status).toBe(401)
    expect((await server.client.post('/v1/auth/refresh', { refresh_token: old.refresh_token })).status).toBe(
      401,
    )
  })
})

describe.each(engines)('leaving without a grace period on $name', (engine) => {
  it('is erased within the call; the notification is the last message, and identifies no one', async () => {
    const server = await startDeletionServer(engine, { env: { PROXIMA_DELETION_GRACE_DAYS: '0' } })
    const email = 'amina@example.com'
    const { token, secret } = await newPerson(server.client, { email })
    const body = JSON.stringify({ user_secret: secret })
    const { status, body: receipt } = await server.client.send('DELETE', '/v1/me', body, { token })
    const now = server.clock.now().toISOString()
    expect([status, receipt]).toMatchObject([
      202,
      { status: 'erased', deleted_at: now, erased_at: now, restorable_until: null },
    ])
    expect((await server.client.post('/v1/auth/restore', { user_secret: secret })).status).toBe(401)
    expect((await server.client.get(`/v1/auth/deletions/${receipt.receipt}`)).body.status).toBe('erased')
    expect(await server.services.db.selectFrom('accounts').select('id').execute()).toEqual([])
    const messages = await server.services.db
      .selectFrom('messages')
      .select(['template', 'account_id'])
      .execute()
    expect(messages).toEqual([{ template: 'account_deleted', account_id: null }])
    expect((await server.services.outbox.listOpen(1))[0]?.content?.text).toContain(receipt.receipt)
    expect((await server.client.register({ email })).status).toBe(201)
    await server.close()
  })
})

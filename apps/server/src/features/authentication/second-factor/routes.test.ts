import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import {
  type DeletionServer,
  mailsTo,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { addTotp, finish, totpCode } from '../../../../tests/support/factors.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { challengeMinutes } from '../../session-management/challenges/model.ts'

/** The claims of the access token in the answer. */
function claimsOf({ body }: Answer): object {
  const [, payload = ''] = String(body.access_token).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
}

describe.each(engines)('the second factor at sign-in on $name', (engine) => {
  let server: DeletionServer
  let count = 0
  beforeAll(async () => {
    server = await startDeletionServer(engine, { env: { PROXIMA_LIMITS: 'on' } })
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    const username = `owner-${++count}`
    const email = `${username}@example.com`
    const { body: user } = await server.client.register({ username, email, password })
    // An address that no one has confirmed gets one message only.
    await verifyAddresses(server.services.db)
    const { body } = await server.client.login({ username, password })
    const token = String(body.access_token)
    const added = await addTotp(server.client, token, server.clock)
    const login = (more = {}) => server.client.login({ username, password, ...more })
    return { ...added, id: user.id, login, token, username }
  }

  const nextCode = (secret: string) => {
    server.clock.advance(30)
    return totpCode(secret, server.clock)
  }
  const expectAgain = (answer: Answer, asked: Answer) => {
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ code: 'mfa_required', challenge: asked.body.challenge })
  }

  it('is asked for after the right password, and not before', async () => {
    const { login } = await newOwner()
    const right = await login()
    expect(right.status).toBe(401)
    expect(right.headers.get('www-authenticate')).toContain('Bearer')
    expect(right.headers.get('cache-control')).toContain('no-store')
    expect(right.body).toMatchObject({ code: 'mfa_required', factors: ['totp', 'recovery_code'] })
    expect(right.body.challenge).toMatch(/^pxm_[\w-]{43}$/)
    const wrong = await login({ password: 'wrong' })
    expect(wrong.body).toMatchObject({ code: 'invalid_credentials' })
    expect(wrong.body.challenge).toBeUndefined()
  })

  it('finishes the sign-in, and the token says with which factors', async () => {
    const { id, login, secret } = await newOwner()
    const answer = await finish(server.client, await login(), 'totp', await nextCode(secret))
    expect(answer.status).toBe(200)
    expect(claimsOf(answer)).toMatchObject({
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'urn:proxima:aal2',
      auth_time: Math.floor(server.clock.now().getTime() / 1_000),
    })
    const { body } = await server.client.get('/v1/me/sessions', { token: answer.body.access_token })
    expect(body.data[0]).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'urn:proxima:aal2' })
    const events = await readEvents(server.databaseUrl)
    expect(
      events.filter((event) => event.account_id === id && event.action === 'sign_in').at(-1),
    ).toMatchObject({ outcome: 'success', method: 'password totp' })
  })

  it.each([
    ['token', 'access_token'],
    ['code', 'session_code'],
  ] as const)('gives what the sign-in asked for in mode %s, whoever finishes it', async (mode, member) => {
    const { login, secret } = await newOwner()
    const answer = await finish(server.client, await login({ mode }), 'totp', await nextCode(secret))
    const members = ['access_token', 'session_code'].filter((name) => answer.body[name] !== null)
    expect(members).toEqual([member])
  })

  it('sets the cookie of a sign-in in mode cookie', async () => {
    const { login, secret } = await newOwner()
    const answer = await finish(
      server.client,
      await login({ mode: 'cookie' }),
      'totp',
      await nextCode(secret),
    )
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-proxima=pxs_.*HttpOnly; SameSite=Lax/)
  })

  it('is also asked for after a user secret', async () => {
    const { secret: userSecret, token } = await newPerson(server.client)
    const { secret } = await addTotp(server.client, token, server.clock)
    const login = await server.client.post('/v1/auth/token', { user_secret: userSecret })
    const answer = await finish(server.client, login, 'totp', await nextCode(secret))
    expect(claimsOf(answer)).toMatchObject({ amr: ['user_secret', 'otp', 'mfa'] })
  })

  it('is also asked for before a deleted account is restored', async () => {
    const { secret, token, username } = await newOwner()
    await server.deleteMe(token, { current_password: password })
    const asked = await server.restore({ username, password })
    expect(asked.body.code).toBe('mfa_required')
    const answer = await finish(server.client, asked, 'totp', await nextCode(secret))
    expect(answer.body.user).toMatchObject({ username, status: 'active' })
  })

  it('may be a recovery code, once, in any spelling, and its owner is notified (A97)', async () => {
    const { login, recoveryCodes, username } = await newOwner()
    expect(recoveryCodes).toHaveLength(10)
    const [code = ''] = recoveryCodes
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `
    const answer = await finish(server.client, await login(), 'recovery_code', typed)
    expect(answer.status, answer.text).toBe(200)
    const token = String(answer.body.access_token)
    expect(claimsOf(answer)).toMatchObject({ amr: ['pwd', 'recovery_code', 'mfa'], acr: 'urn:proxima:aal2' })
    expect((await server.client.get('/v1/me/factors', { token })).body.recovery_codes_left).toBe(9)
    const again = await login()
    expectAgain(await finish(server.client, again, 'recovery_code', code), again)
    expect(await mailsTo(server, `${username}@example.com`)).toContain('recovery_code_used')
  })

  it('if it is wrong, is asked for again with the same challenge, which still works', async () => {
    const { id, login, secret } = await newOwner()
    const asked = await login()
    expectAgain(await finish(server.client, asked, 'totp', '000000'), asked)
    expectAgain(await finish(server.client, asked, 'recovery_code', 'a'.repeat(24)), asked)
    expectAgain(await finish(server.client, asked, 'totp', 'no code'), asked)
    const failures = await server.services.db
      .selectFrom('audit_events')
      .select(['action', 'reason'])
      .where('account_id', '=', id)
      .where('outcome', '=', 'failure')
      .orderBy('id')
      .execute()
    expect(failures.map(({ reason }) => reason)).toEqual(['wrong_totp', 'wrong_recovery_code', 'wrong_totp'])
    expect((await finish(server.client, asked, 'totp', await nextCode(secret))).status).toBe(200)
  })

  it('A91: accepts a code of the app once, in one sign-in or in several', async () => {
    const { login, secret } = await newOwner()
    const code = await nextCode(secret)
    const [one, other] = [await login(), await login()]
    expect((await finish(server.client, one, 'totp', code)).status).toBe(200)
    expectAgain(await finish(server.client, other, 'totp', code), other)
  })

  it('A91: accepts the code that confirmed the app at no sign-in', async () => {
    const { login, secret } = await newOwner()
    // The clock has gone on by one step since then.
    const used = await totpCode(secret, server.clock, -1)
    const asked = await login()
    expectAgain(await finish(server.client, asked, 'totp', used), asked)
  })

  it.each([
    [-2, 401],
    [-1, 200],
    [1, 200],
    [2, 401],
  ])('A92: answers a code that is %d steps off with %d', async (off, status) => {
    const { login, secret } = await newOwner()
    server.clock.advance(120)
    const code = await totpCode(secret, server.clock, off)
    expect((await finish(server.client, await login(), 'totp', code)).status).toBe(status)
  })

  it('ends with the sign-in: a challenge works once, and for five minutes', async () => {
    const { login, secret } = await newOwner()
    const asked = await login()
    expect((await finish(server.client, asked, 'totp', await nextCode(secret))).status).toBe(200)
    const repeated = await finish(server.client, asked, 'totp', await nextCode(secret))
    expect(repeated.body.code).toBe('invalid_token')
    const late = await login()
    server.clock.advance(challengeMinutes * 60)
    expect((await finish(server.client, late, 'totp', await nextCode(secret))).body.code).toBe(
      'invalid_token',
    )
  })

  it('I7: a challenge is no credential', async () => {
    const { login } = await newOwner()
    const challenge = String((await login()).body.challenge)
    for (const path of ['/v1/me', '/v1/me/factors', '/v1/me/sessions'])
      expect((await server.client.get(path, { token: challenge })).body.code).toBe('invalid_token')
    const refreshed = await server.client.post('/v1/auth/refresh', { refresh_token: challenge })
    expect(refreshed.body.code).toBe('invalid_token')
  })

  it('I2: does not finish a sign-in whose password was changed in the meantime', async () => {
    const { login, secret, token } = await newOwner()
    const asked = await login()
    const body = { current_password: password, new_password: 'nine yellow trains sleep' }
    expect((await server.client.put('/v1/me/password', body, { token })).status).toBe(204)
    const answer = await finish(server.client, asked, 'totp', await nextCode(secret))
    expect(answer.body.code).toBe('invalid_token')
  })

  it('I2: does not finish a sign-in after its owner has ended all sessions', async () => {
    const { login, secret, token } = await newOwner()
    const asked = await login()
    await server.client.send('DELETE', '/v1/me/sessions', undefined, { token })
    expect((await finish(server.client, asked, 'totp', await nextCode(secret))).body.code).toBe(
      'invalid_token',
    )
  })

  it('I3: refuses even the right code after wrong ones, whatever the challenge', async () => {
    const { login, secret } = await newOwner()
    for (let guess = 0; guess < 5; guess++)
      expect((await finish(server.client, await login(), 'totp', '000000')).status).toBe(401)
    const limited = await finish(server.client, await login(), 'totp', await nextCode(secret))
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(500)
    server.clock.advance(600)
    expect((await finish(server.client, await login(), 'totp', await nextCode(secret))).status).toBe(200)
  })

  it('can be finished on another server, and after a restart', async () => {
    const { login, secret } = await newOwner()
    const asked = await login()
    const { clock, databaseUrl } = server
    const other: TestServer = await startTestServer(engine, { clock, databaseUrl })
    const answer = await finish(other.client, asked, 'totp', await nextCode(secret))
    expect(answer.status).toBe(200)
    await other.close()
    const used = await finish(server.client, asked, 'totp', await nextCode(secret))
    expect(used.body.code).toBe('invalid_token')
  })
})

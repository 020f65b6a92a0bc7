import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import {
  emailOf,
  newPassword,
  oldPassword,
  phoneOf,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { openServices } from '../../../../tests/support/services.ts'

describe.each(engines)('recovering an account on $name', (engine) => {
  let server: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
  })
  afterAll(async () => await server?.close())

  it('A55: sets a new password with a code, and ends the old one, the secret, every session and every code', async () => {
    const email = emailOf('Amina')
    const { id, username } = await server.register({ email }, ['email'])
    const session = await server.login(email, oldPassword)
    const { access_token: token, refresh_token } = session.body
    const user_secret = (
      await server.client.post('/v1/me/secret', { current_password: oldPassword }, { token })
    ).body.user_secret
    await server.client.post('/v1/me/verification', { channel: 'email' }, { token })
    const recovery = await server.tokenFor(email.toUpperCase(), email)
    const answer = await server.reset(recovery, newPassword)
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect((await server.client.me(String(token))).status).toBe(401)
    expect((await server.post('/v1/auth/refresh', { refresh_token })).status).toBe(401)
    expect((await server.post('/v1/auth/token', { user_secret })).status).toBe(401)
    expect((await server.login(email, oldPassword)).status).toBe(401)
    expect((await server.login(username, newPassword)).status).toBe(200)
    expect(await server.db.selectFrom('codes').select('slot').where('account_id', '=', id).execute()).toEqual(
      [],
    )
    const [notice] = await messagesTo(server.client, email)
    expect(notice?.template).toBe('account_recovered')
  })

  it('A81, I1: uses each code and each token once', async () => {
    const email = emailOf('baraka')
    await server.register({ email }, ['email'])
    await server.request(email)
    const code = await codeSentTo(server.client, email)
    const first = await server.verify(email, code, server.other)
    expect(first.status).toBe(200)
    expect((await server.verify(email, code)).body.code).toBe('code_invalid')
    const token = String(first.body.recovery_token)
    expect((await server.reset(token, newPassword)).status).toBe(204)
    const dead = (await server.reset(token, oldPassword)).body
    expect(dead).toMatchObject({
      code: 'code_invalid',
      detail: expect.stringMatching(/token.*Start the recovery again/),
    })
    expect((await server.login(email, newPassword)).status).toBe(200)
  })

  it('A84: a code works for ten minutes, and a token for ten more', async () => {
    const email = emailOf('cheptoo')
    await server.register({ email }, ['email'])
    await server.request(email)
    const late = await codeSentTo(server.client, email)
    server.clock.advance(601)
    expect((await server.verify(email, late)).body.code).toBe('code_expired')
    const token = await server.tokenFor(email)
    server.clock.advance(601)
    const expired = (await server.reset(token, newPassword)).body
    expect(expired).toMatchObject({
      code: 'code_expired',
      detail: expect.stringMatching(/token.*Start the recovery again/),
    })
    expect((await server.login(email, oldPassword)).status).toBe(200)
  })

  it('does not use up the token if the password breaks a rule', async () => {
    const email = emailOf('imani')
    await server.register({ email }, ['email'])
    const token = await server.tokenFor(email)
    const weak = await server.reset(token, 'password')
    expect(weak.body).toMatchObject({ code: 'password_too_weak' })
    expect((await server.reset(token)).body.errors).toMatchObject([
      { pointer: '/new_password', code: 'required' },
    ])
    expect((await server.reset(token, email)).status).toBe(422)
    expect((await server.reset(token, newPassword)).status).toBe(204)
  })

  it('takes the old password again, and does not say that it no longer works', async () => {
    const email = emailOf('zawadi')
    await server.register({ email }, ['email'])
    expect((await server.reset(await server.tokenFor(email), oldPassword)).status).toBe(204)
    expect((await server.login(email, oldPassword)).status).toBe(200)
    const [notice] = await messagesTo(server.client, email)
    expect(notice?.text).toContain('Only the new one works now')
  })

  it('gives an account that has only a secret a new one, or its first password', async () => {
    const email = emailOf('juma')
    const { secret } = await server.register({ email }, ['email'], null)
    const renewed = await server.reset(await server.tokenFor(email))
    expect(renewed.status).toBe(200)
    expect((await server.post('/v1/auth/token', { user_secret: secret })).status).toBe(401)
    const user_secret = renewed.body.user_secret
    expect((await server.post('/v1/auth/token', { user_secret })).status).toBe(200)
    server.clock.advance(3_600)
    expect((await server.reset(await server.tokenFor(email), newPassword)).status).toBe(204)
    expect((await server.post('/v1/auth/token', { user_secret })).status).toBe(401)
    expect((await server.login(email, newPassword)).status).toBe(200)
  })

  it('recovers by a phone number, with a text message without a link', async () => {
    const phone_number = phoneOf()
    await server.register({ phone_number }, ['phone_number'])
    const token = await server.tokenFor(phone_number)
    const texts = await messagesTo(server.client, phone_number)
    expect(texts.map(({ text }) => text).join()).not.toContain('://')
    expect((await server.reset(token, newPassword)).status).toBe(204)
    expect((await server.login(phone_number, newPassword)).status).toBe(200)
  })

  it('A38: opens the sign-in again that wrong passwords had closed', async () => {
    const email = emailOf('njeri')
    await server.register({ email }, ['email'])
    for (let wrong = 0; wrong < 12; wrong++) await server.login(email, `wrong password number ${wrong}`)
    expect((await server.login(email, oldPassword)).status).not.toBe(200)
    expect((await server.reset(await server.tokenFor(email), newPassword)).status).toBe(204)
    expect((await server.login(email, newPassword)).status).toBe(200)
  })

  it('starts for an administrator, who gets no code, and is finished by the owner', async () => {
    const email = emailOf('rehema')
    const { id } = await server.register({ email }, ['email'])
    const services = openServices(server)
    try {
      expect(await services.recoveryRequests.startFor(id)).toBe('email')
      const { id: contactless } = await server.register({})
      expect(await services.recoveryRequests.startFor(contactless)).toBeNull()
    } finally {
      await services.close()
    }
    const verified = await server.verify(email, await codeSentTo(server.client, email))
    expect((await server.reset(String(verified.body.recovery_token), newPassword)).status).toBe(204)
  })
})

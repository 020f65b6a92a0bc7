import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { addTotp } from '../../../../tests/support/factors.ts'
import { emailOf, newPassword, oldPassword, phoneOf } from '../../../../tests/support/recovery.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type SignInCodeServer, startSignInCodeServer } from '../../../../tests/support/sign-in-codes.ts'

describe.each(engines)('signing in with a code on $name', (engine) => {
  let server: SignInCodeServer
  beforeAll(async () => {
    server = await startSignInCodeServer(engine)
  })
  afterAll(async () => await server?.close())

  const confirmed = async () => {
    const email = emailOf('amina')
    return { email, ...(await server.register({ email }, ['email'])) }
  }

  it('signs in with a code to the confirmed email address, as one factor', async () => {
    const { email, id } = await confirmed()
    const asked = await server.ask(email)
    expect(asked.body).toEqual({ flow: expect.any(String), expires_in: 600, resend_after: 60 })
    const answer = await server.confirm(asked.body.flow, await codeSentTo(server.client, email))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ user: { id }, refresh_token: expect.any(String) })
    const claims = decodeJwt(String(answer.body.access_token))
    expect(claims).toMatchObject({ amr: ['email'], acr: 'urn:proxima:aal1' })
    const [message] = await messagesTo(server.client, email)
    expect(message).toMatchObject({ template: 'sign_in_code' })
    expect(message?.text).not.toContain('/sign-in/link')
  })

  it('signs in with a text message if the account has no confirmed email address', async () => {
    const phone = phoneOf()
    await server.register({ phone_number: phone }, ['phone_number'])
    const { flow, code } = await server.codeFor(phone)
    const answer = await server.confirm(flow, code)
    expect(decodeJwt(String(answer.body.access_token))).toMatchObject({ amr: ['sms'] })
  })

  it('sends no text message to an account that also has a confirmed email address', async () => {
    const [email, phone] = [emailOf('both'), phoneOf()]
    await server.register({ email, phone_number: phone }, ['email', 'phone_number'])
    const { flow, code } = await server.codeFor(phone, email)
    expect(await messagesTo(server.client, phone)).not.toContainEqual(
      expect.objectContaining({ template: 'sign_in_code' }),
    )
    expect((await server.confirm(flow, code)).status).toBe(200)
  })

  it('A10: sends nothing to a contact that no one has confirmed', async () => {
    const email = emailOf('unconfirmed')
    await server.register({ email })
    expect((await server.ask(email)).status).toBe(202)
    expect(await messagesTo(server.client, email)).not.toContainEqual(
      expect.objectContaining({ template: 'sign_in_code' }),
    )
  })

  it('A81: uses a code once, on either of two servers', async () => {
    const { email } = await confirmed()
    const { flow, code } = await server.codeFor(email)
    expect((await server.confirm(flow, code, server.other)).status).toBe(200)
    expect((await server.confirm(flow, code)).body).toMatchObject({ code: 'code_invalid' })
  })

  it('A82: a newer code replaces the older one, whoever asked for it', async () => {
    const { email } = await confirmed()
    const older = await server.codeFor(email)
    server.clock.advance(60)
    const newer = await server.codeFor(email)
    expect((await server.confirm(older.flow, older.code)).body.code).toBe('code_invalid')
    expect((await server.confirm(newer.flow, newer.code)).status).toBe(200)
  })

  it('A83: takes a code with the flow that asked for it alone', async () => {
    const [{ email }, other] = [await confirmed(), await confirmed()]
    const { flow, code } = await server.codeFor(email)
    const foreign = await server.ask(other.email)
    const again = await server.ask(email)
    for (const wrong of [foreign.body.flow, again.body.flow, `${flow}A`, 'pxf_v1', '', code])
      expect((await server.confirm(wrong, code)).body.code).toBe('code_invalid')
    expect((await server.confirm(flow, code)).status).toBe(200)
  })

  it('A83: a code for a new password does not sign in, and a code to sign in sets no password', async () => {
    const { email } = await confirmed()
    await server.request(email)
    const forPassword = await codeSentTo(server.client, email)
    const { flow, code } = await server.codeFor(email)
    expect((await server.verify(email, code)).body.code).toBe('code_invalid')
    expect((await server.confirm(flow, forPassword)).body.code).toBe('code_invalid')
    expect((await server.confirm(flow, code)).status).toBe(200)
  })

  it('A84: a code works for ten minutes', async () => {
    const { email } = await confirmed()
    const late = await server.codeFor(email)
    server.clock.advance(601)
    expect((await server.confirm(late.flow, late.code)).body.code).toBe('code_expired')
    const { flow, code } = await server.codeFor(email)
    server.clock.advance(599)
    expect((await server.confirm(flow, `${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(200)
  })

  it('A40, I3: allows five wrong codes, which neither a new code nor a new flow forgives', async () => {
    const { email } = await confirmed()
    const { flow, code } = await server.codeFor(email)
    for (let wrong = 0; wrong < 5; wrong++)
      expect((await server.confirm(flow, wrongCode(code), wrong % 2 ? server : server.other)).status).toBe(
        422,
      )
    expect((await server.confirm(flow, code)).status).not.toBe(200)
    server.clock.advance(61)
    const next = await server.codeFor(email)
    expect((await server.confirm(next.flow, next.code)).status).not.toBe(200)
    server.clock.advance(1_300)
    const last = await server.codeFor(email)
    expect((await server.confirm(last.flow, last.code)).status).toBe(200)
  })

  it('asks an account that has a second factor for it, and uses the code up', async () => {
    const { email } = await confirmed()
    const { access_token: token } = (await server.login(email, oldPassword)).body
    await addTotp(server.client, String(token), server.clock)
    const { flow, code } = await server.codeFor(email)
    const answer = await server.confirm(flow, code)
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ code: 'mfa_required', factors: ['totp', 'recovery_code'] })
    expect(answer.body.challenge).toMatch(/^pxm_/)
    expect((await server.confirm(flow, code)).body.code).toBe('code_invalid')
  })

  it('a suspended and a deleted account get no code, and a code from before does not sign in', async () => {
    for (const status of ['suspended', 'deleted'] as const) {
      const { email, id } = await confirmed()
      const { flow, code } = await server.codeFor(email)
      await server.db.updateTable('accounts').set({ status }).where('id', '=', id).execute()
      expect((await server.confirm(flow, code)).status).toBe(401)
      const before = (await messagesTo(server.client, email)).length
      server.clock.advance(61)
      expect((await server.ask(email)).status).toBe(202)
      expect((await messagesTo(server.client, email)).length).toBe(before)
    }
  })

  it('I5: ends with a new password, a recovery, and a change of the contact', async () => {
    const byPassword = await confirmed()
    const first = await server.codeFor(byPassword.email)
    const { access_token: token } = (await server.login(byPassword.email, oldPassword)).body
    const passwords = { current_password: oldPassword, new_password: newPassword }
    const changed = await server.client.put('/v1/me/password', passwords, { token: String(token) })
    expect(changed.status).toBe(204)
    expect((await server.confirm(first.flow, first.code)).body.code).toBe('code_invalid')

    const byRecovery = await confirmed()
    const second = await server.codeFor(byRecovery.email)
    await server.reset(await server.tokenFor(byRecovery.email), newPassword)
    expect((await server.confirm(second.flow, second.code)).body.code).toBe('code_invalid')

    const byContact = await confirmed()
    const third = await server.codeFor(byContact.email)
    const moved = emailOf('moved')
    await server.db
      .updateTable('accounts')
      .set({ email: moved, email_canonical: moved })
      .where('id', '=', byContact.id)
      .execute()
    expect((await server.confirm(third.flow, third.code)).body.code).toBe('code_invalid')
  })

  it('A49: gives a cookie to its own origin alone', async () => {
    const { email } = await confirmed()
    const { flow, code } = await server.codeFor(email)
    const confirm = (origin: string) =>
      server.client.post('/v1/auth/code/confirm', { flow, code, mode: 'cookie' }, { headers: { origin } })
    expect((await confirm('https://evil.example')).status).toBe(403)
    const answer = await confirm(server.url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-proxima=pxs_.*HttpOnly; SameSite=Lax/)
  })

  it('sends a link only if it is asked for, and binds it to the browser', async () => {
    const { email } = await confirmed()
    const asked = await server.post('/v1/auth/code', { identifier: email, delivery: 'link' })
    expect(asked.headers.get('set-cookie')).toBe(
      `__Host-proxima-flow=flow=${asked.body.flow}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600`,
    )
    const [message] = await messagesTo(server.client, email)
    expect(message?.text).toContain(`${server.url}/sign-in/link?token=pxl_`)
    const code = await codeSentTo(server.client, email)
    expect((await server.confirm(asked.body.flow, code)).status).toBe(200)
  })
})

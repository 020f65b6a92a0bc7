import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../../tests/support/api-keys.ts'
import { confirmContact, requestContact } from '../../../../tests/support/contact-changes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { signInWith } from '../../../../tests/support/people.ts'
import { emailOf, newPassword, oldPassword, recoveryTokenFor } from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo } from '../../../../tests/support/sent-codes.ts'
import {
  openUndo,
  pressConfirm,
  pressUndo,
  recoveryTokenIn,
  undoTokenSentTo,
  undoTokensSentTo,
} from '../../../../tests/support/undo.ts'
import { startUndoServer, type UndoServer } from '../../../../tests/support/undo-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('undoing a change of a contact on $name', (engine) => {
  let server: UndoServer
  beforeAll(async () => {
    server = await startUndoServer(engine)
  })
  afterAll(async () => await server?.close())

  const tokensTo = (address: string) => undoTokensSentTo(server.client, address)
  const tokenTo = (address: string) => undoTokenSentTo(server.client, address)

  it('restores the contact that was verified, ends everything and asks for a new password', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('thief'))
    const elsewhere = await signInWith(server.client, owner.secret)
    const undone = await pressUndo(server, await tokenTo(owner.email))
    expect(await server.contactsOf(owner)).toEqual({
      email: owner.email,
      isVerified: true,
      phoneNumber: null,
    })
    for (const { token } of [owner, elsewhere]) expect((await server.client.me(token)).status).toBe(401)
    const byOldSecret = await server.client.post('/v1/auth/token', { user_secret: owner.secret })
    expect(byOldSecret.status).toBe(401)
    const reset = { recovery_token: recoveryTokenIn(undone), new_password: newPassword }
    expect((await server.client.post('/v1/auth/recovery/reset', reset)).status).toBe(204)
    expect((await server.client.login({ email: owner.email, password: newPassword })).status).toBe(200)
  })

  it('I8: revokes the API keys that someone may have made to stay in the account', async () => {
    const owner = await server.newOwner()
    const { key } = await newApiKey(server.client, owner.token)
    await server.changeEmail(owner.token, emailOf('thief'))
    expect((await server.client.me(key)).status).toBe(200)
    await pressUndo(server, await tokenTo(owner.email))
    expect((await server.client.me(key)).status).toBe(401)
  })

  it('blocks the old password until a new one is set, which must follow the rules', async () => {
    const email = emailOf('with-password')
    const registered = await server.client.register({ email, password: oldPassword })
    await server.services.contactMarking.markVerified(registered.body.id as AccountId, 'email')
    const { body } = await server.client.login({ email, password: oldPassword })
    await server.changeEmail(String(body.access_token), emailOf('thief'))
    const undone = await pressUndo(server, await tokenTo(email))
    expect(undone.text).not.toContain('user secret')
    expect((await server.client.login({ email, password: oldPassword })).status).toBe(401)
    const recovery_token = recoveryTokenIn(undone)
    const set = (new_password: string) =>
      server.client.post('/v1/auth/recovery/reset', { recovery_token, new_password })
    expect((await set('password')).body.code).toBe('password_too_weak')
    expect((await set(newPassword)).status).toBe(204)
    expect((await server.client.login({ email, password: newPassword })).status).toBe(200)
  })

  it('lets an owner who does not set a password at once ask for a code with the restored contact', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('thief'))
    const undone = await pressUndo(server, await tokenTo(owner.email))
    server.clock.advance(601)
    const late = { recovery_token: recoveryTokenIn(undone), new_password: newPassword }
    expect((await server.client.post('/v1/auth/recovery/reset', late)).body.code).toBe('code_expired')
    const recovery_token = await recoveryTokenFor(server.client, owner.email)
    const { body } = await server.client.post('/v1/auth/recovery/reset', { recovery_token })
    expect(body.user_secret).toMatch(/^pxu_/)
  })

  it('A90: happens when the button is pressed, not when the page is opened', async () => {
    const owner = await server.newOwner()
    const thief = emailOf('thief')
    await server.changeEmail(owner.token, thief)
    const token = await tokenTo(owner.email)
    for (let look = 0; look < 3; look++) {
      const { status, text, headers } = await openUndo(server, `${token}&utm_source=mail`)
      expect(status).toBe(200)
      expect(text).toContain('<form method="post" action="/undo">')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toContain("form-action 'self'")
    }
    expect((await server.contactsOf(owner)).email).toBe(thief)
    expect((await pressUndo(server, token)).status).toBe(200)
  })

  it('ends a change that was only requested, with every session and its code and link', async () => {
    const owner = await server.newOwner()
    const wanted = emailOf('thief')
    await requestContact(server.client, owner.token, { email: wanted })
    const [code, link] = [
      await codeSentTo(server.client, wanted),
      await linkTokenSentTo(server.client, wanted),
    ]
    const undone = await pressUndo(server, await tokenTo(owner.email))
    expect((await server.client.me(owner.token)).status).toBe(401)
    expect((await pressConfirm(server, link)).status).toBe(422)
    const reset = { recovery_token: recoveryTokenIn(undone), new_password: newPassword }
    await server.client.post('/v1/auth/recovery/reset', reset)
    const login = await server.client.login({ email: owner.email, password: newPassword })
    const token = String(login.body.access_token)
    const late = await confirmContact(server.client, token, { email: wanted }, code)
    expect(late.body.code).toBe('code_invalid')
  })

  it('A09: ends a recovery and every code that was sent before', async () => {
    const owner = await server.newOwner()
    const thief = emailOf('thief')
    await server.changeEmail(owner.token, thief)
    const recovery_token = await recoveryTokenFor(server.client, thief)
    await pressUndo(server, await tokenTo(owner.email))
    const reset = await server.client.post('/v1/auth/recovery/reset', { recovery_token })
    expect(reset.body.code).toBe('code_invalid')
  })

  it('A83: takes no token of another purpose, and no other call takes its token', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('next'))
    const token = await tokenTo(owner.email)
    const reset = { recovery_token: token, new_password: newPassword }
    expect((await server.client.post('/v1/auth/recovery/reset', reset)).body.code).toBe('code_invalid')
    for (const unknown of ['', 'pxl_unknown', `${token}x`, token.toLowerCase()])
      expect((await pressUndo(server, unknown)).status).toBe(422)
  })

  it('A85: stores no link that works', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('next'))
    const rows = await server.services.db.selectFrom('former_contacts').selectAll().execute()
    for (const token of await tokensTo(owner.email)) expect(JSON.stringify(rows)).not.toContain(token)
  })
})

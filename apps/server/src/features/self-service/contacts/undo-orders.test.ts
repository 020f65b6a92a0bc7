import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeContact } from '../../../../tests/support/contact-changes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { emailOf, newPassword, phoneOf, recoveryTokenFor } from '../../../../tests/support/recovery.ts'
import {
  openUndo,
  pressUndo,
  undoChange,
  undoTokenSentTo,
  undoTokensSentTo,
} from '../../../../tests/support/undo.ts'
import { startUndoServer, type UndoServer } from '../../../../tests/support/undo-server.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('the order of changes and their undoing on $name', (engine) => {
  let server: UndoServer
  beforeAll(async () => {
    server = await startUndoServer(engine)
  })
  afterAll(async () => await server?.close())

  const tokensTo = (address: string) => undoTokensSentTo(server.client, address)
  const tokenTo = (address: string) => undoTokenSentTo(server.client, address)

  it('I15: is in the audit trail, with the contacts before and after', async () => {
    const owner = await server.newOwner()
    const thief = emailOf('thief')
    await server.changeEmail(owner.token, thief)
    await pressUndo(server, await tokenTo(owner.email))
    const { audit, db } = server.services
    const events = await audit.list(db, owner.id, { after: null, limit: 50 })
    const undone = events.findLast(({ action }) => action === 'contact_change_undo')
    expect(undone?.changes).toEqual({ before: { email: thief }, after: { email: owner.email } })
  })

  it('A81: happens once, of many who press the button at once on two servers', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('thief'))
    const token = await tokenTo(owner.email)
    const presses = Array.from({ length: 10 }, (_, at) =>
      pressUndo(at % 2 === 0 ? server : server.other, token),
    )
    const statuses = (await Promise.all(presses)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(new Set(statuses)).toEqual(new Set([200, 422]))
    expect((await openUndo(server, token)).status).toBe(422)
  })

  it('works with the link of the request and with that of the change, and uses up both', async () => {
    for (const at of [0, 1]) {
      const owner = await server.newOwner()
      await server.changeEmail(owner.token, emailOf('thief'))
      const tokens = await tokensTo(owner.email)
      expect(tokens).toHaveLength(2)
      expect((await pressUndo(server, tokens[at] ?? '')).status).toBe(200)
      for (const token of tokens) expect((await pressUndo(server, token)).status).toBe(422)
    }
  })

  it('brings back what was before its own change, and no link of a later change works after that', async () => {
    const owner = await server.newOwner()
    const [second, third] = [emailOf('second'), emailOf('third')]
    await server.changeEmail(owner.token, second)
    await server.changeEmail(owner.token, third)
    const later = await tokenTo(second)
    await pressUndo(server, await tokenTo(owner.email))
    expect((await server.contactsOf(owner)).email).toBe(owner.email)
    expect((await pressUndo(server, later)).status).toBe(422)
  })

  it('can be followed by undoing an earlier change', async () => {
    const owner = await server.newOwner()
    const [second, third] = [emailOf('second'), emailOf('third')]
    await server.changeEmail(owner.token, second)
    await server.changeEmail(owner.token, third)
    await pressUndo(server, await tokenTo(second))
    expect((await server.contactsOf(owner)).email).toBe(second)
    await pressUndo(server, await tokenTo(owner.email))
    expect((await server.contactsOf(owner)).email).toBe(owner.email)
  })

  it('A10: undoes what else was changed since, so that a thief keeps no way in', async () => {
    const owner = await server.newOwner({ withPhone: true })
    const [email, phone_number] = [emailOf('thief'), phoneOf()]
    await server.changeEmail(owner.token, email)
    await changeContact(server.client, owner.token, { phone_number })
    const ofThief = await tokenTo(email)
    await pressUndo(server, await tokenTo(owner.email))
    expect(await server.contactsOf(owner)).toMatchObject({ email: owner.email, phoneNumber: owner.phone })
    expect((await pressUndo(server, ofThief)).status).toBe(422)
  })

  it('removes a phone number that was added first, with a link to the email address', async () => {
    const owner = await server.newOwner()
    const phone_number = phoneOf()
    await changeContact(server.client, owner.token, { phone_number })
    await pressUndo(server, await tokenTo(owner.email))
    expect(await server.contactsOf(owner)).toMatchObject({ email: owner.email, phoneNumber: null })
  })

  it('A55: a reset by the new contact does not end it, and it ends the new password', async () => {
    const owner = await server.newOwner()
    const thief = emailOf('thief')
    await server.changeEmail(owner.token, thief)
    const recovery_token = await recoveryTokenFor(server.client, thief)
    const theirs = `${newPassword} of the thief`
    await server.client.post('/v1/auth/recovery/reset', { recovery_token, new_password: theirs })
    await undoChange(server, await tokenTo(owner.email), newPassword)
    expect((await server.client.login({ email: owner.email, password: theirs })).status).toBe(401)
    expect((await server.client.login({ email: owner.email, password: newPassword })).status).toBe(200)
  })

  it('I2: does nothing to a suspended account, and works again after its activation', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('next'))
    const token = await tokenTo(owner.email)
    await server.services.administration.suspend(owner.id)
    expect((await openUndo(server, token)).status).toBe(422)
    expect((await pressUndo(server, token)).status).toBe(422)
    await server.services.administration.activate(owner.id)
    expect((await pressUndo(server, token)).status).toBe(200)
  })

  it('reaches an account that a thief has deleted, which its owner can then restore', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('thief'))
    const proof = JSON.stringify({ user_secret: owner.secret })
    const deleted = await server.client.send('DELETE', '/v1/me', proof, { token: owner.token })
    expect(deleted.status).toBe(202)
    await undoChange(server, await tokenTo(owner.email), newPassword)
    const restored = { email: owner.email, password: newPassword }
    expect((await server.client.post('/v1/auth/restore', restored)).status).toBe(200)
  })

  it('ends with the account: nothing is left to undo, and the address is free', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('next'))
    const token = await tokenTo(owner.email)
    await server.services.administration.erase(owner.id)
    expect((await pressUndo(server, token)).status).toBe(422)
    expect((await server.client.register({ email: owner.email })).status).toBe(201)
  })

  it('I2: ends when an operator changes or removes a contact, and the former one is free', async () => {
    const { contacts, db } = server.services
    const address = emailOf('operator')
    const contact = { kind: 'email', address, canonical: address } as const
    const acts = [
      (id: AccountId) => inTransaction(db, (transaction) => contacts.assign(transaction, id, contact, null)),
      (id: AccountId) => inTransaction(db, (transaction) => contacts.remove(transaction, id, 'email')),
    ]
    for (const act of acts) {
      const owner = await server.newOwner()
      await server.changeEmail(owner.token, emailOf('next'))
      const token = await tokenTo(owner.email)
      await act(owner.id)
      expect((await pressUndo(server, token)).status).toBe(422)
      expect((await server.client.register({ email: owner.email })).status).toBe(201)
    }
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeContact } from '../../../../tests/support/contact-changes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { emailOf, phoneOf } from '../../../../tests/support/recovery.ts'
import { messagesTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'
import { openUndo, pressUndo, undoTokenSentTo, undoTokensSentTo } from '../../../../tests/support/undo.ts'
import { startUndoServer, type UndoServer } from '../../../../tests/support/undo-server.ts'

const day = 86_400

describe.each(engines)('the link that undoes a change of a contact on $name', (engine) => {
  let server: UndoServer
  beforeAll(async () => {
    server = await startUndoServer(engine)
  })
  afterAll(async () => await server?.close())

  const tokensTo = (address: string) => undoTokensSentTo(server.client, address)
  const tokenTo = (address: string) => undoTokenSentTo(server.client, address)
  const templatesTo = async (address: string) =>
    (await messagesTo(server.client, address)).map(({ template }) => template)

  it('is offered by text message only if the account has no verified email address', async () => {
    const { token } = await newPerson(server.client)
    const [first, second, third] = [phoneOf(), phoneOf(), phoneOf()]
    await changeContact(server.client, token, { phone_number: first })
    await changeContact(server.client, token, { phone_number: second })
    expect(await tokensTo(first)).toHaveLength(2)
    const email = emailOf('main')
    await changeContact(server.client, token, { email })
    await changeContact(server.client, token, { phone_number: third })
    // The first link to it is for the change that added the email address.
    expect(await tokensTo(second)).toHaveLength(2)
    expect(await tokensTo(email)).toHaveLength(2)
    expect(await templatesTo(second)).toContain('contact_changed')
  })

  it('A10: is not offered to a contact that no one has verified', async () => {
    const email = emailOf('unverified')
    const { token } = await newPerson(server.client, { email })
    await server.changeEmail(token, emailOf('next'))
    expect(await tokensTo(email)).toEqual([])
  })

  it('I8: tells the contacts that are back and those that are gone', async () => {
    const owner = await server.newOwner({ withPhone: true })
    const thief = emailOf('thief')
    await server.changeEmail(owner.token, thief)
    await pressUndo(server, await tokenTo(owner.email))
    for (const address of [owner.email, owner.phone, thief])
      expect((await templatesTo(address)).filter((each) => each === 'contact_change_undone')).toHaveLength(1)
  })

  it('is not sent to an address that has bounced, and the change happens all the same', async () => {
    const owner = await server.newOwner()
    server.clock.advance(1)
    const bounce = { channel: 'mail', canonical: owner.email, at: server.clock.now() } as const
    await server.services.bounces.record(bounce)
    const email = emailOf('next')
    await server.changeEmail(owner.token, email)
    expect(await tokensTo(owner.email)).toEqual([])
    expect((await server.contactsOf(owner)).email).toBe(email)
  })

  it('A84: works for seven days after the change', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('next'))
    const token = await tokenTo(owner.email)
    server.clock.advance(7 * day - 1)
    expect((await openUndo(server, token)).status).toBe(200)
    server.clock.advance(1)
    expect((await openUndo(server, token)).status).toBe(422)
    expect((await pressUndo(server, token)).status).toBe(422)
  })

  it('can be turned off', async () => {
    const { databaseUrl, clock } = server
    const env = { PROXIMA_CONTACT_UNDO_DAYS: '0', PROXIMA_PUBLIC_URL: 'https://id.example.org' }
    const off = await startTestServer(engine, { databaseUrl, clock, env })
    const owner = await server.newOwner()
    expect((await changeContact(off.client, owner.token, { email: emailOf('next') })).status).toBe(200)
    const sent = await tokensTo(owner.email)
    const freed = await off.client.register({ email: owner.email })
    await off.close()
    expect(sent).toEqual([])
    expect(freed.status).toBe(201)
  })
})

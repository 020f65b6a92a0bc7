import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeContact, requestContact } from '../../../../../tests/support/contact-changes.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { newPerson, signInWith } from '../../../../../tests/support/people.ts'
import { emailOf, oldPassword, phoneOf } from '../../../../../tests/support/recovery.ts'
import { messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { pressUndo, undoTokenSentTo } from '../../../../../tests/support/undo.ts'
import { startUndoServer, type UndoServer } from '../../../../../tests/support/undo-server.ts'

const day = 86_400

describe.each(engines)('a former contact of an account on $name', (engine) => {
  let server: UndoServer
  let strict: TestServer
  beforeAll(async () => {
    server = await startUndoServer(engine)
    const { databaseUrl, clock } = server
    const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org', PROXIMA_PRIVACY: 'strict' }
    strict = await startTestServer(engine, { databaseUrl, clock, env })
  })
  afterAll(async () => {
    await strict?.close()
    await server?.close()
  })

  const tokenTo = (address: string) => undoTokenSentTo(server.client, address)
  const templatesTo = async (address: string) =>
    (await messagesTo(server.client, address)).map(({ template }) => template)

  it('keeps the former contact for the account as long as the change can be undone', async () => {
    const owner = await server.newOwner({ withPhone: true })
    await server.changeEmail(owner.token, emailOf('next'))
    await changeContact(server.client, owner.token, { phone_number: phoneOf() })
    const stranger = await newPerson(server.client)
    const refusalsOf = async (client: TestServer['client']) => {
      const registered = await client.register({ email: owner.email, password: oldPassword })
      const without = await client.register({ phone_number: owner.phone })
      const asked = await requestContact(client, stranger.token, { email: owner.email })
      return [registered, without, asked].map(({ body }) => String(body.code))
    }
    expect(await refusalsOf(server.client)).toEqual(['email_taken', 'phone_number_taken', 'email_taken'])
    const available = await server.client.get(
      `/v1/auth/availability?email=${encodeURIComponent(owner.email)}`,
    )
    expect(available.body).toEqual({ available: false, reason: 'email_taken' })
    // Its own account can have it back.
    expect((await requestContact(server.client, owner.token, { email: owner.email })).status).toBe(202)
    server.clock.advance(7 * day)
    const { token } = await signInWith(server.client, stranger.secret)
    expect((await changeContact(server.client, token, { email: owner.email })).status).toBe(200)
  })

  it('A06: with strict privacy, a former contact gets the message of one that is taken', async () => {
    const owner = await server.newOwner()
    await server.changeEmail(owner.token, emailOf('next'))
    const answers = [owner.email, emailOf('free')].map((email) =>
      strict.client.register({ email, password: oldPassword }),
    )
    const [held, free] = (await Promise.all(answers)).map(({ status, text }) => ({ status, text }))
    expect(held?.status).toBe(202)
    expect(held).toEqual(free)
    expect((await templatesTo(owner.email))[0]).toBe('registration_taken')
    await pressUndo(server, await tokenTo(owner.email))
    expect((await server.contactsOf(owner)).email).toBe(owner.email)
  })

  it('says so if another account has the contact in spite of that, and changes nothing', async () => {
    const owner = await server.newOwner()
    const next = emailOf('next')
    await server.changeEmail(owner.token, next)
    const { id } = await newPerson(server.client)
    const columns = { email: owner.email, email_canonical: owner.email }
    await server.services.db.updateTable('accounts').set(columns).where('id', '=', id).execute()
    const { status, text } = await pressUndo(server, await tokenTo(owner.email))
    expect(status).toBe(422)
    expect(text).toContain('Another account has your former email address')
    expect((await server.client.me(owner.token)).body.email).toBe(next)
  })
})

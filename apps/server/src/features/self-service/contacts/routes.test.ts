import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import {
  changeContact,
  confirmContact,
  type NewContact,
  requestContact,
} from '../../../../tests/support/contact-changes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, signInWith } from '../../../../tests/support/people.ts'
import { emailOf, phoneOf, recoveryTokenFor } from '../../../../tests/support/recovery.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('a change of a contact on $name', (engine) => {
  let server: TestServer
  let strict: TestServer
  let required: TestServer
  let limited: TestServer
  beforeAll(async () => {
    // Access tokens of one server work on all of them.
    const all = { PROXIMA_PUBLIC_URL: 'https://id.example.org' }
    server = await startTestServer(engine, { env: all })
    const { databaseUrl, clock } = server
    const start = (env: Record<string, string>) =>
      startTestServer(engine, { databaseUrl, clock, env: { ...all, ...env } })
    strict = await start({ PROXIMA_PRIVACY: 'strict' })
    required = await start({ PROXIMA_VERIFICATION: 'required' })
    limited = await start({ PROXIMA_LIMITS: 'on' })
  })
  afterAll(async () => {
    for (const each of [limited, required, strict, server]) await each?.close()
  })

  const request = (token: string, contact: NewContact, proof = {}, node = server) =>
    requestContact(node.client, token, contact, proof)
  const confirm = (token: string, contact: NewContact, code: string, node = server) =>
    confirmContact(node.client, token, contact, code)
  const sentTo = (address: string) => codeSentTo(server.client, address)
  const templatesTo = async (address: string) =>
    (await messagesTo(server.client, address)).map(({ template }) => template)

  it('changes nothing until the code is confirmed, on any server, and then once', async () => {
    const [before, after] = [emailOf('amina'), emailOf('amina')]
    const { token } = await newPerson(server.client, { email: before })
    const requested = await request(token, { email: after })
    expect(requested.status).toBe(202)
    expect(requested.body).toEqual({ expires_in: 600, resend_after: 60 })
    expect((await server.client.me(token)).body.email).toBe(before)
    const code = await sentTo(after)
    const confirmed = await confirm(token, { email: after }, code, limited)
    expect(confirmed.status).toBe(200)
    expect(confirmed.body).toMatchObject({ email: after, email_verified: true, is_verified: true })
    expect((await confirm(token, { email: after }, code)).body.code).toBe('code_invalid')
  })

  it('adds the first phone number of an account, in its international form', async () => {
    const phone_number = phoneOf()
    const { token } = await newPerson(server.client)
    const spaced = `${phone_number.slice(0, 4)} ${phone_number.slice(4)}`
    expect((await request(token, { phone_number: spaced })).status).toBe(202)
    const { body } = await confirm(token, { phone_number }, await sentTo(phone_number))
    expect(body).toMatchObject({ phone_number, phone_number_verified: true })
  })

  it('tells every contact that the account has, at the request and after the change', async () => {
    const [before, after, phone_number] = [emailOf('baraka'), emailOf('baraka'), phoneOf()]
    const { token } = await newPerson(server.client)
    await changeContact(server.client, token, { email: before })
    await changeContact(server.client, token, { phone_number })
    await changeContact(server.client, token, { email: after })
    for (const address of [before, phone_number])
      expect((await templatesTo(address)).slice(0, 2)).toEqual([
        'contact_changed',
        'contact_change_requested',
      ])
    expect(await templatesTo(after)).toEqual(['contact_change'])
  })

  it('A82: a newer change of the same kind replaces the older one, and one of the other kind does not', async () => {
    const [older, newer, phone_number] = [emailOf('older'), emailOf('newer'), phoneOf()]
    const { token } = await newPerson(server.client)
    await request(token, { email: older })
    await request(token, { phone_number })
    const code = await sentTo(older)
    await request(token, { email: newer })
    expect((await confirm(token, { email: older }, code)).body.code).toBe('code_invalid')
    expect((await confirm(token, { email: newer }, await sentTo(newer))).body.email).toBe(newer)
    const both = await confirm(token, { phone_number }, await sentTo(phone_number))
    expect(both.body).toMatchObject({ email: newer, phone_number })
  })

  it('A83: a code counts for the account, the kind and the contact that it was sent for', async () => {
    const [own, email, phone_number] = [emailOf('own'), emailOf('shared'), phoneOf()]
    const { token } = await newPerson(server.client, { email: own })
    const stranger = await newPerson(server.client)
    await request(token, { email })
    const code = await sentTo(email)
    expect((await confirm(stranger.token, { email }, code)).body.code).toBe('code_invalid')
    await request(token, { phone_number })
    expect((await confirm(token, { phone_number }, code)).body.code).toBe('code_invalid')
    const asVerification = { channel: 'email', code }
    const verified = await server.client.post('/v1/me/verification/confirm', asVerification, { token })
    expect(verified.body.code).toBe('code_invalid')
    expect((await confirm(token, { email }, code)).status).toBe(200)
  })

  it('A55: ends all other sessions, and the session of the caller goes on', async () => {
    const { token, secret } = await newPerson(server.client)
    const elsewhere = await signInWith(server.client, secret)
    await changeContact(server.client, token, { email: emailOf('cheptoo') })
    expect((await server.client.me(token)).status).toBe(200)
    expect((await server.client.me(elsewhere.token)).status).toBe(401)
  })

  it('I8: needs a recent sign-in, or the secret', async () => {
    const { token, secret } = await newPerson(server.client)
    server.clock.advance(601)
    const contact = { email: emailOf('dalila') }
    expect((await request(token, contact)).body.code).toBe('step_up_required')
    expect((await request(token, contact, { user_secret: 'pxu_wrong' })).body.code).toBe(
      'invalid_credentials',
    )
    expect((await request(token, contact, { user_secret: secret })).status).toBe(202)
  })

  it('A40: a contact that is guessed at stays closed, whatever else its guesser confirms in between', async () => {
    const { token } = await newPerson(server.client)
    const [wanted, own] = [emailOf('wanted'), emailOf('own')]
    await request(token, { email: wanted })
    const code = await sentTo(wanted)
    for (let guess = 0; guess < 4; guess++) await confirm(token, { email: wanted }, wrongCode(code), limited)
    await changeContact(limited.client, token, { email: own })
    await request(token, { email: wanted })
    const next = await sentTo(wanted)
    await confirm(token, { email: wanted }, wrongCode(next), limited)
    expect((await confirm(token, { email: wanted }, next, limited)).status).toBe(429)
  })

  it('A84: the code has expired after ten minutes', async () => {
    const { token } = await newPerson(server.client)
    const email = emailOf('esther')
    await request(token, { email })
    const code = await sentTo(email)
    server.clock.advance(600)
    expect((await confirm(token, { email }, code)).body.code).toBe('code_expired')
    expect((await confirm(token, { phone_number: phoneOf() }, '123456')).body.code).toBe('code_invalid')
  })

  it.each([
    [
      'a reset',
      async (email: string) => {
        const recovery_token = await recoveryTokenFor(server.client, email)
        const reset = await server.client.post('/v1/auth/recovery/reset', { recovery_token })
        return (await signInWith(server.client, String(reset.body.user_secret))).token
      },
    ],
    [
      'a new user secret',
      async (_email: string, token: string) => {
        await server.client.post('/v1/me/secret', {}, { token })
        return token
      },
    ],
  ])('A55: %s ends a pending change', async (_name, act) => {
    const [email, wanted] = [emailOf('farida'), emailOf('thief')]
    const { token } = await newPerson(server.client, { email })
    await request(token, { email: wanted })
    const code = await sentTo(wanted)
    const next = await act(email, token)
    expect((await confirm(next, { email: wanted }, code)).body.code).toBe('code_invalid')
    expect((await server.client.me(next)).body.email).toBe(email)
  })

  it('A10: a recovery that was begun with the old address ends with the change', async () => {
    const [before, after] = [emailOf('old'), emailOf('new')]
    const { token } = await newPerson(server.client)
    await changeContact(server.client, token, { email: before })
    const recovery_token = await recoveryTokenFor(server.client, before)
    await changeContact(server.client, token, { email: after })
    const reset = await server.client.post('/v1/auth/recovery/reset', { recovery_token })
    expect(reset.body.code).toBe('code_invalid')
  })

  it('refuses a contact that another account has, and the one that the account has already', async () => {
    const [email, phone_number] = [emailOf('taken'), phoneOf()]
    const owner = await newPerson(server.client, { email, phone_number })
    const { token } = await newPerson(server.client)
    const spelling = email.toUpperCase()
    expect((await request(token, { email: spelling })).body.code).toBe('email_taken')
    expect((await request(token, { phone_number })).body.code).toBe('phone_number_taken')
    const same = await request(owner.token, { email })
    expect(same.body.errors).toMatchObject([{ pointer: '/email', code: 'unchanged' }])
    expect((await request(owner.token, { email: spelling })).status).toBe(202)
    const malformed = await request(token, { email: 'no address' })
    expect(malformed.body.errors).toMatchObject([{ pointer: '/email', code: 'email_malformed' }])
  })

  it('answers 409 if someone else has taken the contact in the meantime, and the change has ended', async () => {
    const email = emailOf('wanted')
    const [late, quick] = [await newPerson(server.client), await newPerson(server.client)]
    await request(late.token, { email })
    const code = await sentTo(email)
    expect((await changeContact(server.client, quick.token, { email })).status).toBe(200)
    expect((await confirm(late.token, { email }, code)).body.code).toBe('email_taken')
    expect((await confirm(late.token, { email }, code)).body.code).toBe('code_invalid')
  })

  it('A06: with strict privacy, the answer is the same if the contact is taken, and only its owner is told', async () => {
    const [taken, free] = [emailOf('taken'), emailOf('free')]
    await newPerson(server.client, { email: taken })
    const { token } = await newPerson(server.client)
    const answers = []
    for (const email of [free, taken]) answers.push(await request(token, { email }, {}, strict))
    const [first, second] = answers.map(({ status, text }) => ({ status, text }))
    expect(first?.status).toBe(202)
    expect(second).toEqual(first)
    expect(await templatesTo(taken)).toContain('contact_change_taken')
    // The request for the taken contact has replaced the one for the free contact, as any other would.
    const code = await sentTo(free)
    expect((await confirm(token, { email: free }, code, strict)).body.code).toBe('code_invalid')
  })

  it('A08: takes an address from an account that no one has confirmed', async () => {
    const email = emailOf('squatted')
    await strict.client.register({ email, password: 'correct horse battery staple' })
    const { token } = await newPerson(server.client)
    expect((await changeContact(server.client, token, { email })).body.email).toBe(email)
  })

  it('lets an account that must confirm its address correct it, and is then open', async () => {
    const [wrong, right] = [emailOf('tpyo'), emailOf('typo')]
    const { token } = await newPerson(server.client, { email: wrong })
    expect((await required.client.get('/v1/me/sessions', { token })).status).toBe(403)
    expect((await changeContact(required.client, token, { email: right })).status).toBe(200)
    expect((await required.client.get('/v1/me/sessions', { token })).status).toBe(200)
  })

  it('A37: a search for taken contacts ends after ten requests of an account', async () => {
    const { token } = await newPerson(limited.client)
    const statuses = []
    for (let index = 0; index < 11; index++)
      statuses.push((await request(token, { email: emailOf('search') }, {}, limited)).status)
    expect(statuses.indexOf(429)).toBe(10)
  })
})

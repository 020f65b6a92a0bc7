import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { loginWith, newPerson } from '../../../../tests/support/people.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import { codesToUnverifiedPerDayMax } from '../../messages/caps/model.ts'

const path = '/v1/me/verification'

describe.each(engines)('verifying a contact on $name', (engine) => {
  let server: TestServer
  /** On the same database, with another policy. */
  let other: TestServer
  let db: Database
  beforeAll(async () => {
    const env = { PROXIMA_LIMITS: 'on', PROXIMA_VERIFICATION: 'optional', PROXIMA_DEFAULT_REGION: 'KE' }
    server = await startTestServer(engine, { env })
    const { databaseUrl, clock } = server
    other = await startTestServer(engine, {
      databaseUrl,
      clock,
      env: { ...env, PROXIMA_VERIFICATION: 'off' },
    })
    db = openDatabase(databaseUrl)
  })
  afterAll(async () => {
    await db?.destroy()
    await other?.close()
    await server?.close()
  })

  const emailOf = (name: string) => `${name}-${newId().slice(-12)}@example.com`

  async function confirm(token: string, code: string, channel = 'email') {
    return await server.client.post(`${path}/confirm`, { channel, code }, { token })
  }

  it('I5: confirms the address with the code that registration sent to it, once', async () => {
    const email = emailOf('Amina')
    const { token, registered } = await newPerson(server.client, { email })
    expect(registered.body).toMatchObject({ email_verified: false, is_verified: false })
    const code = await codeSentTo(server.client, email)
    const confirmed = await confirm(token, ` ${code.slice(0, 3)}-${code.slice(3)}`)
    expect(confirmed.status).toBe(200)
    expect(confirmed.body).toMatchObject({
      email,
      email_verified: true,
      is_verified: true,
      phone_number_verified: false,
    })
    expect((await server.client.me(token)).body.email_verified).toBe(true)
    expect((await confirm(token, code)).body.code).toBe('code_invalid')
    const again = await server.client.post(path, { channel: 'email' }, { token })
    expect(again.body.errors).toMatchObject([{ pointer: '/channel', code: 'already_verified' }])
  })

  it('confirms a phone number with the code of a text message, which says how long it works', async () => {
    const phone = `+2547${Math.floor(Math.random() * 90_000_000 + 10_000_000)}`
    const { token } = await newPerson(server.client, { phone_number: phone })
    const [message] = await messagesTo(server.client, phone)
    expect(message?.text).toMatch(/^Proxima: Your code is \d{6}\. It works for 10 minutes\./)
    const code = await codeSentTo(server.client, phone)
    expect((await confirm(token, code)).body.errors).toMatchObject([{ code: 'contact_missing' }])
    expect((await confirm(token, code, 'phone_number')).body).toMatchObject({ phone_number_verified: true })
  })

  it('A82: sends another code after a pause, and the older one no longer works', async () => {
    const email = emailOf('baraka')
    const { token } = await newPerson(server.client, { email })
    const request = async () => await server.client.post(path, { channel: 'email' }, { token })
    const first = await codeSentTo(server.client, email)
    const early = await request()
    expect(early.status).toBe(429)
    expect(early.headers.get('retry-after')).toBe('60')
    expect(early.body.detail).toContain('A code was sent a moment ago')
    server.clock.advance(60)
    const accepted = await request()
    expect(accepted.status).toBe(202)
    expect(accepted.body).toEqual({ expires_in: 600, resend_after: 60 })
    const second = await codeSentTo(server.client, email)
    if (first !== second) expect((await confirm(token, first)).body.code).toBe('code_invalid')
    server.clock.advance(600)
    expect((await confirm(token, second)).body.code).toBe('code_expired')
  })

  it('A83: accepts no code of another account, and none for the other contact', async () => {
    const [email, stranger] = [emailOf('cheptoo'), emailOf('mallory')]
    const { token } = await newPerson(server.client, {
      email,
      phone_number: `07${Math.floor(Math.random() * 90_000_000 + 10_000_000)}`,
    })
    await newPerson(server.client, { email: stranger })
    expect((await confirm(token, await codeSentTo(server.client, stranger))).status).toBe(422)
    const own = await codeSentTo(server.client, email)
    expect((await confirm(token, own, 'phone_number')).status).toBe(422)
    expect((await confirm(token, own)).status).toBe(200)
  })

  it('I5: a code proves nothing once the account has another address, and the new one stays unverified', async () => {
    const email = emailOf('dalila')
    const { id, token } = await newPerson(server.client, { email })
    const code = await codeSentTo(server.client, email)
    const victim = emailOf('victim')
    await db
      .updateTable('accounts')
      .set({ email: victim, email_canonical: victim })
      .where('id', '=', id)
      .execute()
    expect((await confirm(token, code)).body.code).toBe('code_invalid')
    expect((await server.client.me(token)).body).toMatchObject({ email: victim, email_verified: false })
  })

  it('A40: allows five tries at a contact, from any client, and neither a new code nor another account more', async () => {
    const email = emailOf('esther')
    const { id, token } = await newPerson(server.client, { email })
    const code = await codeSentTo(server.client, email)
    for (let wrong = 0; wrong < 5; wrong++)
      expect((await confirm(token, wrongCode(code))).body.code).toBe('code_invalid')
    const refused = await confirm(token, code)
    expect(refused.body.code).toBe('rate_limited')
    expect(refused.headers.get('retry-after')).toBe('600')
    server.clock.advance(60)
    expect((await server.client.post(path, { channel: 'email' }, { token })).status).toBe(202)
    expect((await confirm(token, await codeSentTo(server.client, email))).body.code).toBe('rate_limited')
    await db
      .updateTable('accounts')
      .set({ email: null, email_canonical: null })
      .where('id', '=', id)
      .execute()
    const next = await newPerson(server.client, { email })
    expect((await confirm(next.token, await codeSentTo(server.client, email))).body.code).toBe('rate_limited')
  })

  it('A84: reads exactly six digits', async () => {
    const email = emailOf('faraja')
    const { token } = await newPerson(server.client, { email })
    const code = await codeSentTo(server.client, email)
    for (const text of [`+${code}`, `0x${code}`, `${code}0`, `${code}.0`, '1e5', ''])
      expect((await confirm(token, text)).body.code, text).toBe('code_invalid')
    for (const body of [
      { channel: 'email', code: Number(code) },
      { channel: ['email'], code },
      { channel: 'email', code: [code] },
    ])
      expect((await server.client.post(`${path}/confirm`, body, { token })).body.code).toBe(
        'validation_failed',
      )
    const fullWidth = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')
    expect((await confirm(token, fullWidth)).status).toBe(200)
  })

  it('A87: links to the configured address alone, whatever the request names', async () => {
    const email = emailOf('gathoni')
    await server.client.post(
      '/v1/auth/register',
      { email },
      { headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' } },
    )
    const token = await linkTokenSentTo(server.client, email)
    const [message] = await messagesTo(server.client, email)
    const links = message?.text.match(/https?:\/\/\S+/g) ?? []
    expect(links).toContain(`${server.url}/verify?token=${token}`)
    for (const link of links) expect(link.startsWith(server.url), link).toBe(true)
  })

  it('A88: sends at most five codes a day to an address that is not confirmed, and tells no one', async () => {
    const email = emailOf('hamisi')
    // The days are those of the calendar, so the test begins with one.
    server.clock.advance(86_400 - ((server.clock.now().getTime() / 1_000) % 86_400))
    const { secret } = await newPerson(server.client, { email })
    const { session_code: token } = await loginWith(server.client, secret, 'code')
    const answers = new Set<string>()
    for (let more = 0; more < 12; more++) {
      server.clock.advance(3_600)
      answers.add((await server.client.post(path, { channel: 'email' }, { token })).text)
    }
    expect(answers.size).toBe(1)
    // The code of the registration was for someone who had not signed in, so it is counted apart.
    expect(await messagesTo(server.client, email)).toHaveLength(1 + codesToUnverifiedPerDayMax)
  })

  it('sends nothing at registration if verification is off, but on request', async () => {
    const email = emailOf('imani')
    const { secret } = await newPerson(other.client, { email })
    const { session_code: token } = await loginWith(other.client, secret, 'code')
    expect(await messagesTo(other.client, email)).toEqual([])
    expect((await other.client.post(path, { channel: 'email' }, { token })).status).toBe(202)
    const code = await codeSentTo(other.client, email)
    // Another node accepts it.
    expect((await confirm(token, code)).status).toBe(200)
  })

  it('records each request and each attempt, with the contact as the method', async () => {
    const email = emailOf('juma')
    const { id, token } = await newPerson(server.client, { email })
    const code = await codeSentTo(server.client, email)
    await confirm(token, wrongCode(code))
    await confirm(token, code)
    const events = await db
      .selectFrom('audit_events')
      .select(['action', 'outcome', 'method'])
      .where('account_id', '=', id)
      .where('action', 'like', 'verification%')
      .orderBy('id')
      .execute()
    expect(events).toEqual([
      { action: 'verification', outcome: 'failure', method: 'email' },
      { action: 'verification', outcome: 'success', method: 'email' },
    ])
  })
})

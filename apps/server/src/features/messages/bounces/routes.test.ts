import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signedHeaders, webhookSecret } from '../../../../tests/support/bounces.ts'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import { markedDays } from './model.ts'

const path = '/v1/messages/bounces'

describe.each(engines)('a bounce on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let email: string
  beforeAll(async () => {
    const env = { PROXIMA_WEBHOOK_SECRET: webhookSecret, PROXIMA_VERIFICATION: 'optional' }
    server = await startTestServer(engine, { env })
    services = openServices(server)
  })
  beforeEach(() => {
    email = `Amina-${newId().slice(-12)}@example.com`
    server.clock.advance(60)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  async function report(fields: object, { signedAt = server.clock.now(), headers = {} } = {}) {
    const body = JSON.stringify({ kind: 'hard', ...fields })
    return await server.client.send('POST', path, body, {
      headers: { ...signedHeaders(body, signedAt), ...headers },
    })
  }

  const phone = () => `+2547${Math.floor(Math.random() * 90_000_000 + 10_000_000)}`
  const rows = async () => await services.db.selectFrom('bounced_addresses').selectAll().execute()

  async function askForCode(token: string) {
    server.clock.advance(60)
    return await server.client.post('/v1/me/verification', { channel: 'email' }, { token })
  }

  async function confirm(token: string): Promise<void> {
    const code = await codeSentTo(server.client, email)
    const body = { channel: 'email', code }
    expect((await server.client.post('/v1/me/verification/confirm', body, { token })).status).toBe(200)
  }

  /** What a recovery that anyone may ask for sends to the address. */
  async function recoveryCodes(): Promise<number> {
    await server.client.post('/v1/auth/recovery', { identifier: email })
    return (await messagesTo(server.client, email)).filter(({ template }) => template === 'recovery').length
  }

  it('marks an address, in any spelling, until its signed-in owner has confirmed it again', async () => {
    const { token } = await newPerson(server.client, { email })
    await confirm(token)
    expect((await askForCode(token)).body.errors).toMatchObject([{ code: 'already_verified' }])
    expect((await report({ email: email.toUpperCase() })).status).toBe(204)
    expect(await recoveryCodes()).toBe(0)
    expect((await askForCode(token)).status).toBe(202)
    await confirm(token)
    expect((await askForCode(token)).body.errors).toMatchObject([{ code: 'already_verified' }])
    expect(await recoveryCodes()).toBe(1)
  })

  it('has the owner notified by another contact', async () => {
    const number = phone()
    const { token } = await newPerson(server.client, { email, phone_number: number })
    const rename = async () => {
      const username = `u${newId().slice(-12)}`
      const renamed = await server.client.put('/v1/me/username', { username }, { token })
      expect(renamed.status).toBe(200)
    }
    await report({ email })
    await rename()
    const sentTo = async (address: string) =>
      (await messagesTo(server.client, address)).filter(({ template }) => template === 'username_changed')
    expect(await sentTo(email)).toHaveLength(0)
    expect(await sentTo(number)).toHaveLength(1)
  })

  it('A82: leaves the last code valid if a new one is not sent', async () => {
    const { token } = await newPerson(server.client, { email })
    await report({ email })
    await recoveryCodes()
    await confirm(token)
  })

  it('I4: of an address without an account has the same answer, and of what is no address too', async () => {
    await newPerson(server.client, { email })
    const answers = []
    for (const fields of [
      { email },
      { email: `nobody-${email}` },
      { email: 'no address' },
      { phone_number: phone() },
      { phone_number: '000' },
      { email, kind: 'soft' },
    ])
      answers.push(await report(fields))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['204 ']))
  })

  it('that is soft, or that has happened before the address was confirmed, marks nothing', async () => {
    const before = server.clock.now()
    server.clock.advance(60)
    const { token } = await newPerson(server.client, { email })
    await confirm(token)
    await report({ email, kind: 'soft' })
    await report({ email, occurred_at: before.toISOString() })
    expect(await recoveryCodes()).toBe(1)
  })

  it('that claims to be in the future counts as one of now', async () => {
    const { token } = await newPerson(server.client, { email })
    await report({ email, occurred_at: '2999-01-01T00:00:00.000Z' })
    await askForCode(token)
    await confirm(token)
    expect(await recoveryCodes()).toBe(1)
  })

  it('A85: is stored as keyed digests only, once for each address, and forgotten after 90 days', async () => {
    await services.db.deleteFrom('bounced_addresses').execute()
    for (let each = 0; each < 3; each++) await report({ email })
    const reports = Array.from({ length: 8 }, () => report({ phone_number: '+254712345678' }))
    for (const { status } of await Promise.all(reports)) expect(status).toBe(204)
    expect(await rows()).toHaveLength(2)
    expect(JSON.stringify(await rows()).toLowerCase()).not.toMatch(/amina|example|2547/)
    server.clock.advance(markedDays * 86_400 - 1)
    expect(await services.bounces.purge(10)).toBe(0)
    server.clock.advance(1)
    expect(await services.bounces.purge(10)).toBe(2)
  })

  it('must be signed by the operator, over its bytes, a few minutes ago at most', async () => {
    await services.db.deleteFrom('bounced_addresses').execute()
    const old = new Date(server.clock.now().getTime() - 301_000)
    const other = signedHeaders(
      JSON.stringify({ kind: 'hard', email: 'other@example.com' }),
      server.clock.now(),
    )
    const refused = [
      await server.client.post(path, { email, kind: 'hard' }),
      await server.client.send('POST', path, undefined),
      await server.client.post(path, { email, kind: 'hard', role: 'admin' }),
      await report({ email }, { signedAt: old }),
      await report({ email }, { headers: { 'webhook-id': 'another' } }),
      await report({ email }, { headers: { 'webhook-id': '' } }),
      await report({ email }, { headers: other }),
      await report({ email }, { headers: { 'webhook-signature': 'v1,AAAA' } }),
    ]
    for (const { status, body } of refused) expect([status, body.code]).toEqual([401, 'signature_invalid'])
    expect(await rows()).toEqual([])
  })

  it('that someone recorded marks nothing when it is sent again after the address was confirmed', async () => {
    const { token } = await newPerson(server.client, { email })
    const signedAt = server.clock.now()
    await report({ email }, { signedAt })
    await askForCode(token)
    await confirm(token)
    expect((await report({ email }, { signedAt })).status).toBe(204)
    expect(await recoveryCodes()).toBe(1)
  })

  it('has a real time', async () => {
    const answer = await report({ email, occurred_at: '2026-02-31T25:00:00.000Z' })
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/occurred_at'])
  })

  it('names one address', async () => {
    for (const fields of [{}, { email, phone_number: phone() }]) {
      const answer = await report(fields)
      expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'one_address'])
    }
  })
})

it('a server without a webhook key accepts no bounce', async () => {
  const server = await startTestServer(sqlite)
  const body = JSON.stringify({ kind: 'hard', email: 'amina@example.com' })
  const headers = signedHeaders(body, server.clock.now())
  const answer = await server.client.send('POST', path, body, { headers })
  expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
  expect(answer.body.detail).toContain('PROXIMA_WEBHOOK_SECRET')
  await server.close()
})

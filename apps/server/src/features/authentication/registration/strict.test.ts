import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { rawRequest } from '../../../../tests/support/raw-request.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { noAccountId } from '../../../platform/kernel/ids.ts'

const other = 'seven green bottles stand here'

interface Shown {
  readonly id: string
  readonly channel: string
  readonly template: string
  readonly to: string
  readonly state: string
  readonly text: string
}

describe.each(engines)('registering with strict privacy on $name', (engine) => {
  let server: TestServer
  let stored: StoredData
  beforeAll(async () => {
    const env = { PROXIMA_PRIVACY: 'strict', PROXIMA_DEFAULT_REGION: 'KE' }
    server = await startTestServer(engine, { env })
    stored = openStoredData(server.databaseUrl)
    const owner = { username: 'coco', email: 'Coco@Bücher.example', phone_number: '0712345678' }
    const standard = await startTestServer(engine, {
      databaseUrl: server.databaseUrl,
      env: { PROXIMA_DEFAULT_REGION: 'KE' },
    })
    expect((await standard.client.register({ ...owner, password, full_name: 'Coco Wanjiru' })).status).toBe(
      201,
    )
    await standard.close()
    await verifyAddresses(stored.db)
  })
  afterAll(async () => {
    await stored?.close()
    await server?.close()
  })

  /** Without what differs between any two answers: the request's id and the time. */
  async function answerTo(body: object) {
    const sent = { method: 'POST', body: JSON.stringify(body) }
    const { status, headers, text } = await rawRequest(server.url, '/v1/auth/register', sent)
    return { status, text, headers: headers.filter(([name]) => !/^(?:x-request-id|date)$/i.test(name)) }
  }

  /** The messages that have been written meanwhile and are not withheld, mail before text messages. */
  async function messagesAfter(work: () => Promise<unknown>): Promise<Shown[]> {
    const read = async () => {
      const { body } = await server.client.get('/outbox', { headers: { accept: 'application/json' } })
      return body.data as Shown[]
    }
    const before = new Set((await read()).map(({ id }) => id))
    await work()
    const written = (await read()).filter(({ id, state }) => !before.has(id) && state === 'waiting')
    return written.toSorted((a, b) => a.channel.localeCompare(b.channel))
  }

  async function confirm(identifier: string) {
    const code = await codeSentTo(server.client, identifier)
    return await server.client.post('/v1/auth/registration/confirm', { identifier, code, password: other })
  }

  const fresh = (name: string) => ({ email: `${name}@example.com`, password: other })

  it('A06: gives the same answer to the byte, whether or not an address is taken, in every spelling', async () => {
    const usual = await answerTo(fresh('amani'))
    expect(usual).toMatchObject({ status: 202, text: '{"status":"pending"}' })
    for (const body of [
      fresh('amani'),
      fresh('AMANI'),
      { email: 'coco@xn--bcher-kva.example', password: other },
      { phone_number: '+254 712 345 678', password: other },
      { phone_number: '0712000001', password: other },
      { email: 'coco@bücher.example', phone_number: '0712345678', password: other },
      { email: 'amani2@example.com', phone_number: '0712345678', password: other },
      { username: 'amani3', email: 'coco@bücher.example', password: other },
      { username: 'amani4', password: other },
    ])
      expect(await answerTo(body), JSON.stringify(body)).toEqual(usual)
  })

  it('makes the account if the address is free, and the account can sign in once it is confirmed', async () => {
    await server.client.register({ ...fresh('baraka'), full_name: 'Baraka Otieno' })
    expect((await confirm('baraka@example.com')).status).toBe(204)
    const login = await server.client.login(fresh('baraka'))
    expect(login.status).toBe(200)
    expect(login.body.user).toMatchObject({
      email: 'baraka@example.com',
      full_name: 'Baraka Otieno',
      roles: ['user'],
    })
  })

  it('A06: does not change the account that has the address, and makes no other', async () => {
    const before = await stored.db.selectFrom('accounts').selectAll().where('username', '=', 'coco').execute()
    const rows = await stored.countRows()
    const body = {
      username: 'cocos',
      email: 'coco@bücher.example',
      phone_number: '0712999999',
      full_name: 'Mallory',
    }
    expect((await server.client.register({ ...body, password: other })).status).toBe(202)
    const after = await stored.db.selectFrom('accounts').selectAll().where('username', '=', 'coco').execute()
    expect(after).toEqual(before)
    // Only the username stays taken.
    const { username_skeletons: skeletons = 0, ...others } = rows
    expect(await stored.countRows()).toEqual({ ...others, username_skeletons: skeletons + 1 })
    expect((await server.client.login({ username: 'coco', password: other })).status).toBe(401)
    expect((await server.client.login({ username: 'coco', password })).status).toBe(200)
    for (const free of ['cocos', '0712999999'])
      expect((await server.client.login({ identifier: free, password: other })).status).toBe(401)
  })

  it('A15: notifies the owner at the stored address, and quotes nothing that was typed', async () => {
    server.clock.advance(3_600)
    const body = {
      email: 'COCO@xn--bcher-kva.example',
      full_name: 'Win at https://evil.example',
      password: other,
    }
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    }
    const [message, ...more] = await messagesAfter(() =>
      server.client.post('/v1/auth/register', body, { headers }),
    )
    expect(more).toEqual([])
    expect(message).toMatchObject({ template: 'registration_taken', to: 'Coco@Bücher.example' })
    // A87, A122: the origin of the service alone, and neither the name that was given nor that of the owner.
    expect(message?.text.match(/https?:\/\/\S+/g)).toEqual([server.url])
    expect(message?.text).not.toMatch(/evil|Win at|Wanjiru|coco/i)
  })

  it('sends each address only a message about itself', async () => {
    server.clock.advance(3_600)
    const mixed = { email: 'chebet@example.com', phone_number: '0712345678', password: other }
    const [mail, sms] = await messagesAfter(() => server.client.register(mixed))
    expect(mail).toMatchObject({ template: 'registration_received', to: 'chebet@example.com' })
    expect(sms).toMatchObject({ template: 'registration_taken', to: '+254712345678' })
    const free = { email: 'chausiku@example.com', phone_number: '0712345677', password: other }
    const [freeMail] = await messagesAfter(() => server.client.register(free))
    const withoutCode = (text = '') => text.replace(/\n\d{6}\n/, '').replace(/pxl_[\w-]+/, '')
    expect(withoutCode(freeMail?.text)).toBe(withoutCode(mail?.text))
  })

  it('A88: writes to an address a few times an hour, verified or not', async () => {
    server.clock.advance(3_600)
    const count = async (email: string) => {
      const messages = await messagesAfter(async () => {
        for (let tries = 0; tries < 6; tries++) await server.client.register({ email, password: other })
      })
      return messages.length
    }
    expect([await count('coco@bücher.example'), await count('dalila@example.com')]).toEqual([3, 3])
  })

  it('reports a taken username, whatever else is given', async () => {
    for (const more of [
      {},
      fresh('emeka'),
      { email: 'coco@bücher.example' },
      { phone_number: '0712345678' },
    ]) {
      const answer = await server.client.register({ username: 'Coco', password: other, ...more })
      expect([answer.status, answer.body.code]).toEqual([409, 'username_taken'])
    }
    expect((await server.client.register(fresh('emeka'))).status).toBe(202)
    expect((await confirm('emeka@example.com')).status).toBe(204)
    expect((await server.client.login(fresh('emeka'))).status).toBe(200)
  })

  it.each([
    ['free', 'hekima', { email: 'hekima@example.com' }],
    ['taken', 'imani', { email: 'coco@bücher.example' }],
    ['partly taken', 'Ismaili', { email: 'ismaili@example.com', phone_number: '0712345678' }],
  ])('A06, A37: makes the username unavailable if the address is %s', async (_case, username, address) => {
    expect((await server.client.register({ username, ...address, password: other })).status).toBe(202)
    const lookAlike = username.toUpperCase()
    for (const name of [username, lookAlike]) {
      const query = `/v1/auth/availability?username=${name}`
      expect((await server.client.get(query)).body).toEqual({ available: false, reason: 'username_taken' })
      const again = await server.client.register({ username: name, email: 'jabali@example.com', password })
      expect([again.status, again.body.code]).toEqual([409, 'username_taken'])
    }
    const owner = await server.client.login({ username: 'coco', password })
    const renamed = await server.client.put(
      '/v1/me/username',
      { username },
      { token: String(owner.body.access_token) },
    )
    expect([renamed.status, renamed.body.code]).toEqual([409, 'username_taken'])
  })

  it('releases the username after a day if the address was taken', async () => {
    const body = { username: 'kamaria', email: 'coco@bücher.example', password: other }
    expect((await server.client.register(body)).status).toBe(202)
    server.clock.advance(24 * 3_600 - 1)
    expect((await server.client.register(body)).status).toBe(409)
    server.clock.advance(1)
    const free = { ...body, email: 'kamaria@example.com' }
    expect((await server.client.register(free)).status).toBe(202)
    expect((await confirm('kamaria@example.com')).status).toBe(204)
    expect((await server.client.login({ username: 'kamaria', password: other })).status).toBe(200)
  })

  it('needs an acceptable password, whether or not an address is taken', async () => {
    const refusals = await Promise.all(
      ['coco@bücher.example', 'nobody@example.com'].map((email) => server.client.register({ email })),
    )
    for (const { status, body } of refusals) {
      expect(status).toBe(422)
      expect(body.errors).toMatchObject([{ pointer: '/password', code: 'password_needed' }])
    }
    for (const email of ['coco@bücher.example', 'nobody@example.com'])
      expect((await server.client.register({ email, password: 'password' })).body.code).toBe(
        'password_too_weak',
      )
  })

  it.each(['gathoni@example.com', 'coco@bücher.example'])(
    'gives the same answer again for an Idempotency-Key, and does it once: %s',
    async (email) => {
      server.clock.advance(3_600)
      const options = { headers: { 'idempotency-key': randomUUID() } }
      const messages = await messagesAfter(async () => {
        for (let tries = 0; tries < 3; tries++) {
          const answer = await server.client.post('/v1/auth/register', { email, password: other }, options)
          expect([answer.status, answer.body]).toEqual([202, { status: 'pending' }])
        }
        const reused = await server.client.post('/v1/auth/register', { email, password }, options)
        expect(reused.body.errors).toMatchObject([{ code: 'idempotency_key_reused' }])
      })
      expect(messages).toHaveLength(1)
    },
  )

  it('A37: does not reveal whether an email or phone number is available, but answers for usernames', async () => {
    const ask = (query: Record<string, string>) =>
      server.client.get(`/v1/auth/availability?${new URLSearchParams(query).toString()}`)
    const refusals = await Promise.all(
      [
        { email: 'coco@bücher.example' },
        { email: 'nobody@example.com' },
        { email: 'malformed' },
        { phone_number: '0712345678' },
        { phone_number: '0712345670' },
      ].map(ask),
    )
    const withoutId = refusals.map(({ status, body }) => ({ status, body: { ...body, request_id: '' } }))
    expect(new Set(withoutId.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(withoutId[0]).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect((await ask({ username: 'coco' })).body).toEqual({ available: false, reason: 'username_taken' })
  })

  it('records the account that has the address', async () => {
    const [owner] = await stored.db
      .selectFrom('accounts')
      .select('id')
      .where('username', '=', 'coco')
      .execute()
    const events = stored.db
      .selectFrom('audit_events')
      .select('outcome')
      .where('action', '=', 'registration')
      .where('account_id', '=', owner?.id ?? noAccountId)
    const outcomes = new Set((await events.execute()).map(({ outcome }) => outcome))
    expect(outcomes).toEqual(new Set(['success', 'failure']))
  })
})

import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { type Receiver, startReceiver } from '../../../../../tests/support/receiver.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import type { Answer } from '../../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { newId } from '../../../../platform/kernel/ids.ts'
import { eventTypes } from '../events/model.ts'
import { endpointsMax } from './model.ts'

const patient = { timeout: 20_000, interval: 20 }

describe.each(engines)('the webhooks of the API on $name', (engine) => {
  let server: TestServer
  let receiver: Receiver
  let token: string
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  beforeEach(async () => {
    receiver = await startReceiver()
    token = await administrator()
  })
  afterEach(async () => {
    const { body } = await server.client.get('/v1/webhooks?limit=100', { token })
    for (const { id } of body.data) await call('DELETE', `/v1/webhooks/${id}`)
    await receiver.close()
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  /** @returns the token of a new administrator, who has just signed in */
  async function administrator(): Promise<string> {
    return (await newAdministrator(server.client, services)).token
  }

  async function call(method: string, path: string, body?: object, headers = {}): Promise<Answer> {
    return await server.client.send(method, path, body && JSON.stringify(body), { token, headers })
  }

  async function create(fields: object = {}): Promise<Answer['body']> {
    const { status, body } = await call('POST', '/v1/webhooks', { url: receiver.url, ...fields })
    expect(status).toBe(201)
    return body
  }

  it('are created, read, changed, listed and deleted', async () => {
    // No user has been deleted, so no delivery waits.
    const types = ['user.deleted']
    const { secret, ...created } = await create({ description: 'Newsletter', event_types: types })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(created).toMatchObject({
      url: receiver.url,
      description: 'Newsletter',
      event_types: types,
      status: 'enabled',
      waiting: 0,
      dead: 0,
    })
    const path = `/v1/webhooks/${created.id}`
    expect((await call('GET', path)).body).toEqual(created)
    const changes = { status: 'disabled', description: null, event_types: ['user.erased'] }
    expect((await call('PATCH', path, changes)).body).toMatchObject(changes)
    const { id: other, event_types: all } = await create()
    expect(all).toEqual([...eventTypes])
    const first = await call('GET', '/v1/webhooks?limit=1')
    expect(first.body.data).toMatchObject([{ id: other }])
    const second = await call('GET', `/v1/webhooks?limit=1&cursor=${first.body.next_cursor}`)
    expect(second.body).toMatchObject({ data: [{ id: created.id }], next_cursor: null })
    expect(JSON.stringify([first.body, second.body])).not.toContain('whsec_')
    expect((await call('DELETE', path)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) expect((await call(method, path)).status).toBe(404)
    expect((await call('PATCH', path, { status: 'enabled' })).status).toBe(404)
  })

  it('get what happens to users, with a signature that a library verifies', async () => {
    const { secret } = await create({ event_types: ['user.created', 'user.signed_in'] })
    const name = `p${newId().replaceAll('-', '')}`
    const { user } = await server.client.signUp(name)
    const about = () => receiver.received.filter(({ body }) => body.data['user_id'] === user.id)
    await expect.poll(() => about().length, patient).toBe(2)
    const events = about().map(({ text, headers }) =>
      new Webhook(String(secret)).verify(text, headers as Record<string, string>),
    )
    expect(events).toMatchObject([
      { type: 'user.created', data: { user_id: user.id } },
      { type: 'user.signed_in', data: { user_id: user.id, session_id: expect.any(String) } },
    ])
    // Nothing about a person but ids.
    expect(JSON.stringify(events)).not.toContain(name)
  })

  it('get a second signature while a secret is replaced', async () => {
    const { id, secret } = await create()
    const { status, body } = await call('POST', `/v1/webhooks/${id}/secrets`, { overlap_seconds: 60 })
    expect(status).toBe(200)
    expect(body.secret).not.toBe(secret)
    expect((await call('POST', `/v1/webhooks/${id}/ping`)).body).toEqual({ delivered: true, error: null })
    const [ping] = receiver.received.filter(({ body: { type } }) => type === 'ping')
    expect(ping?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    for (const each of [String(secret), String(body.secret)])
      expect(() =>
        new Webhook(each).verify(ping?.text ?? '', ping?.headers as Record<string, string>),
      ).not.toThrow()
    // A day by default
    expect((await call('POST', `/v1/webhooks/${id}/secrets`)).status).toBe(200)
  })

  it('are created once with an idempotency key, and the answer is repeated to the same caller only', async () => {
    const headers = { 'idempotency-key': newId() }
    // No user has been deleted, so no delivery waits.
    const body = { url: receiver.url, event_types: ['user.deleted'] }
    const first = await call('POST', '/v1/webhooks', body, headers)
    const again = await call('POST', '/v1/webhooks', body, headers)
    expect(again.body).toEqual(first.body)
    expect((await call('GET', '/v1/webhooks')).body.data).toHaveLength(1)
    await call('DELETE', `/v1/webhooks/${first.body.id}`)
    expect((await call('POST', '/v1/webhooks', body, headers)).status).toBe(404)
    token = await administrator()
    expect((await call('POST', '/v1/webhooks', body, headers)).status).toBe(422)
  })

  it('show what failed, are disabled after a day, and send it again once they are enabled', async () => {
    const { id } = await create({ event_types: ['user.created'] })
    receiver.answer = (_message, response) => void response.writeHead(500).end()
    const { user } = await server.client.signUp(`p${newId().replaceAll('-', '')}`)
    // Those of the test before may have been sealed only now.
    const list = async (query = '') => {
      const { body } = await call('GET', `/v1/webhooks/${id}/deliveries?limit=100${query}`)
      return (body.data as Record<string, unknown>[]).filter(({ user_id }) => user_id === user.id)
    }
    await expect.poll(async () => (await list())[0]?.['error'], patient).toBe('http 500')
    expect(await list('&status=waiting')).toMatchObject([
      { type: 'user.created', attempts: 1, next_attempt_at: expect.any(String) },
    ])
    expect(await list('&status=dead')).toEqual([])
    server.clock.advance(86_400)
    // The day has also ended the session of the administrator.
    token = await administrator()
    await expect.poll(async () => (await list('&status=dead')).length, patient).toBe(1)
    const statusNow = async () => (await call('GET', `/v1/webhooks/${id}`)).body.status as string
    await expect.poll(statusNow, patient).toBe('failed')
    receiver.answer = (_message, response) => void response.writeHead(204).end()
    const enabled = await call('PATCH', `/v1/webhooks/${id}`, { status: 'enabled' })
    expect([enabled.status, enabled.body.status]).toEqual([200, 'enabled'])
    const replayed = await call('POST', `/v1/webhooks/${id}/replay`)
    expect(replayed.body).toMatchObject({ replayed: expect.any(Number), more: false })
    await expect.poll(async () => (await list('&status=delivered')).length, patient).toBe(1)
    const since = new Date(server.clock.now().getTime() - 90_000_000).toISOString()
    const before = receiver.received.length
    const all = await call('POST', `/v1/webhooks/${id}/replay`, { since })
    expect(all.body).toEqual({ replayed: null, more: false })
    await expect.poll(() => receiver.received.length, patient).toBeGreaterThan(before)
    for (const wrong of [{ since: 'yesterday' }, { since, event_id: newId() }, { event_id: 'x' }])
      expect((await call('POST', `/v1/webhooks/${id}/replay`, wrong)).status).toBe(422)
  })

  it('A121: are not created for addresses that only the server can reach', async () => {
    const urls = [
      'https://10.0.0.1/',
      'https://169.254.169.254/latest/meta-data/',
      'https://[::ffff:10.0.0.1]/',
      'https://0x0a000001/',
      'https://[fd00::1]/',
      'http://app.example.org/',
      'ftp://app.example.org/',
      'gopher://127.0.0.1:6379/_',
      'file:///etc/passwd',
      'https://user:password@app.example.org/',
      'https://app.example.org/\\x',
      'https://app.example.org/ x',
      'https://app.example.org/#x',
      'not a url',
      `https://app.example.org/${'x'.repeat(500)}`,
    ]
    for (const url of urls) {
      const { status, body } = await call('POST', '/v1/webhooks', { url })
      expect([url, status, body.errors?.[0]?.pointer]).toEqual([url, 422, '/url'])
    }
    const { id } = await create()
    for (const url of urls) expect((await call('PATCH', `/v1/webhooks/${id}`, { url })).status, url).toBe(422)
    expect((await call('GET', `/v1/webhooks/${id}`)).body.url).toBe(receiver.url)
  })

  it('name every wrong field', async () => {
    const wrong = { url: 'https://10.0.0.1/', description: '\u202e', event_types: [], secret: 'x' }
    const { body } = await call('POST', '/v1/webhooks', wrong)
    const pointers = (body.errors as { pointer: string }[]).map(({ pointer }) => pointer)
    expect(pointers).toEqual(expect.arrayContaining(['/url', '/description', '/event_types', '/secret']))
    const { status } = await call('POST', '/v1/webhooks', { url: receiver.url, event_types: ['ping'] })
    expect(status).toBe(422)
  })

  it(`are at most ${endpointsMax}`, async () => {
    for (let count = 0; count < endpointsMax; count++) await create()
    const { status, body } = await call('POST', '/v1/webhooks', { url: receiver.url })
    expect([status, body.code]).toEqual([409, 'too_many_webhooks'])
  })

  it('need a recent sign-in before they get a secret or an address', async () => {
    const { id } = await create()
    server.clock.advance(600)
    for (const [method, path, body] of [
      ['POST', '/v1/webhooks', { url: receiver.url }],
      ['PATCH', `/v1/webhooks/${id}`, { url: `${receiver.url}/other` }],
      ['POST', `/v1/webhooks/${id}/secrets`, {}],
    ] as const) {
      const { status, body: problem } = await call(method, path, body)
      expect([status, problem.code]).toEqual([403, 'step_up_required'])
    }
    expect((await call('POST', `/v1/webhooks/${id}/ping`)).status).toBe(200)
    expect((await call('GET', `/v1/webhooks/${id}`)).body.url).toBe(receiver.url)
    token = await administrator()
  })

  it('are read with one permission and changed with another', async () => {
    const { id } = await create()
    const reader = await personWith(server.client, services, ['webhooks:read'])
    const writer = await personWith(server.client, services, ['webhooks:write'])
    const statuses = async (caller: { token: string }) => {
      const answers: number[] = []
      for (const [method, path] of [
        ['GET', '/v1/webhooks'],
        ['GET', `/v1/webhooks/${id}`],
        ['GET', `/v1/webhooks/${id}/deliveries`],
        ['POST', `/v1/webhooks/${id}/ping`],
        ['POST', `/v1/webhooks/${id}/replay`],
        ['POST', `/v1/webhooks/${id}/secrets`],
      ] as const)
        answers.push((await server.client.send(method, path, undefined, { token: caller.token })).status)
      return answers
    }
    expect(await statuses(reader)).toEqual([200, 200, 200, 403, 403, 403])
    expect(await statuses(writer)).toEqual([403, 403, 403, 200, 200, 200])
  })

  it.each(['not-an-id', '0', newId()])('A33: answer 404 to the id %s', async (id) => {
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/secrets'],
      ['POST', '/ping'],
      ['POST', '/replay'],
      ['GET', '/deliveries'],
    ] as const)
      expect((await call(method, `/v1/webhooks/${id}${path}`)).status, method + path).toBe(404)
    const { status, body } = await call('GET', '/v1/webhooks?cursor=forged')
    expect([status, body.errors[0].code]).toEqual([422, 'cursor_invalid'])
  })
})

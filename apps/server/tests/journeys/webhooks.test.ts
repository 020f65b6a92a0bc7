import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EventType, eventTypes } from '../../src/features/integration/webhooks/events/model.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { engines } from '../support/engines.ts'
import { newPerson, signInWith } from '../support/people.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { patient, typesAbout } from '../support/webhook-world.ts'

describe.each(engines)('another service that follows what happens to users on $name', (engine) => {
  let first: TestServer
  let second: TestServer
  let services: OwnServices
  let receiver: Receiver
  let secret: string
  beforeAll(async () => {
    const env = { PROXIMA_DELETION_GRACE_DAYS: '0', PROXIMA_PUBLIC_URL: 'https://accounts.example.org' }
    first = await startTestServer(engine, { env })
    second = await startTestServer(engine, { env, databaseUrl: first.databaseUrl, clock: first.clock })
    services = openServices(first)
  })
  beforeEach(async () => {
    receiver = await startReceiver()
    secret = await create(eventTypes)
  })
  afterEach(async () => {
    for (const { endpoint } of await services.webhooks.list({ before: null, limit: 100 }))
      await services.webhooks.delete(endpoint.id, noRequest)
    await receiver.close()
  })
  afterAll(async () => {
    await services?.close()
    await second?.close()
    await first?.close()
  })

  async function create(types: readonly EventType[]): Promise<string> {
    const settings = { url: receiver.url, description: null, eventTypes: types }
    const created = await inTransaction(services.db, (transaction) =>
      services.webhooks.create(transaction, settings, noRequest),
    )
    return created.secret
  }

  async function untilTold(person: AccountId, types: readonly EventType[]): Promise<void> {
    await expect.poll(() => typesAbout(person, receiver), patient).toEqual(types)
  }

  it('gets the life of an account in order, from two servers, and nothing of its owner but ids', async () => {
    const { id, secret: userSecret, token, sessionId } = await newPerson(first.client)
    const username = `u${id.replaceAll('-', '')}`
    const password = 'seven green buses sing'
    const call = async ({ client }: TestServer, method: string, path: string, body?: object) => {
      const { status, text } = await client.send(method, path, body && JSON.stringify(body), { token })
      expect(status, text).toBeLessThan(300)
    }
    await call(second, 'PUT', '/v1/me/username', { username, user_secret: userSecret })
    const other = await signInWith(second.client, userSecret)
    await call(first, 'DELETE', `/v1/me/sessions/${other.sessionId}`)
    await call(second, 'PUT', '/v1/me/password', { user_secret: userSecret, new_password: password })
    const types: EventType[] = [
      'user.created',
      'user.signed_in',
      'user.changed',
      'user.signed_in',
      'session.ended',
      'user.password_changed',
    ]
    await untilTold(id, types)
    await call(first, 'DELETE', '/v1/me', { current_password: password })
    await untilTold(id, [...types, 'user.erased'])
    const events = receiver.received.map(({ text, headers }) =>
      new Webhook(secret).verify(text, headers as Record<string, string>),
    )
    expect(events).toMatchObject([
      { data: { user_id: id, actor_id: null } },
      { data: { session_id: sessionId } },
      { data: { actor_id: id, changed: ['username'] } },
      { data: { session_id: other.sessionId } },
      { data: { actor_id: id, session_id: other.sessionId } },
      { data: { actor_id: id } },
      { data: { user_id: id, actor_id: null, session_id: null, changed: [] } },
    ])
    expect(JSON.stringify(events)).not.toContain(username)
    // Once it is told, nothing names the account any more.
    const left = async () =>
      await services.db
        .selectFrom('webhook_deliveries')
        .select(['type', 'state'])
        .where('account_id', '=', id)
        .execute()
    await expect
      .poll(async () => (await left()).filter(({ state }) => state === 'waiting'), patient)
      .toEqual([])
    expect((await left()).map(({ type }) => type)).toEqual(['user.erased'])
  })

  it('gets what operators do', async () => {
    const { id } = await newPerson(second.client)
    await services.administration.suspend(id)
    await services.administration.activate(id)
    await untilTold(id, ['user.created', 'user.signed_in', 'user.suspended', 'user.activated'])
  })

  it('gets everything that happened while it was down, and each event once from two servers', async () => {
    receiver.answer = (_message, response) => void response.destroy()
    const people = await Promise.all([first, second, first].map(({ client }) => newPerson(client)))
    await expect.poll(() => receiver.received.length, patient).toBeGreaterThanOrEqual(people.length)
    receiver.answer = (_message, response) => void response.writeHead(204).end()
    receiver.received.splice(0)
    const told = () => {
      // Again and again: an attempt may have begun before and ended after.
      first.clock.advance(5)
      return people.map(({ id }) => typesAbout(id, receiver).length)
    }
    await expect.poll(told, { ...patient, interval: 50 }).toEqual(people.map(() => 2))
    for (const { id } of people) await untilTold(id, ['user.created', 'user.signed_in'])
    expect(receiver.received).toHaveLength(2 * people.length)
  })
})

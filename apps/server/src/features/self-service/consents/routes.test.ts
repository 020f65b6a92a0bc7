import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { newClient, type OAuthClient } from '../../../../tests/support/oauth.ts'
import { PageVisitor } from '../../../../tests/support/page-visitor.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type ClientId, newId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { ConsentKey } from '../../authorization/consents/model.ts'
import { OwnConsents } from './service.ts'

const signIn = { grant_types: ['authorization_code'], redirect_uris: ['https://wiki.example.org/callback'] }

describe.each(engines)('consents on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  let wiki: OAuthClient
  beforeAll(async () => {
    server = await startTestServer(engine, { clock: FrozenClock.atWholeSecond() })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    wiki = await newClient(server.client, admin, { ...signIn, client_name: 'Wiki <b>' })
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const keyOf = ({ id }: Person, client = wiki): ConsentKey => ({ accountId: id, clientId: client.id })
  const grant = (key: ConsentKey, ...scope: readonly string[]) =>
    inTransaction(services.db, (transaction) =>
      services.consents.grant(transaction, { ...key, scope }, noRequest),
    )
  const list = async ({ token }: Person, query = ''): Promise<Answer['body']> =>
    (await server.client.get(`/v1/me/consents${query}`, { token })).body
  const revoke = ({ token }: Person, id: string): Promise<Answer> =>
    server.client.send('DELETE', `/v1/me/consents/${id}`, undefined, { token })
  const eventsOf = async ({ token }: Person) => {
    const { body } = await server.client.get('/v1/me/export', { token })
    const events = body.events as { action: string; changes: unknown }[]
    return events.filter(({ action }) => action.startsWith('consent'))
  }

  it('shows its owner what a client may do, and no one else', async () => {
    const [person, other] = [await newPerson(server.client), await newPerson(server.client)]
    await grant(keyOf(person), 'profile', 'openid')
    expect((await list(person)).data).toEqual([
      {
        client_id: wiki.id,
        client_name: 'Wiki <b>',
        ...{ logo_uri: null, client_uri: null, policy_uri: null, tos_uri: null },
        scope: 'openid profile',
        granted_at: server.clock.now().toISOString(),
        last_used_at: null,
      },
    ])
    expect(await list(other)).toEqual({ data: [], next_cursor: null })
    expect((await revoke(other, wiki.id)).status).toBe(404)
    expect((await list(person)).data).toHaveLength(1)
  })

  it('adds what is allowed later, and records only what is new', async () => {
    const person = await newPerson(server.client)
    await grant(keyOf(person), 'openid')
    await grant(keyOf(person), 'openid')
    await Promise.all([grant(keyOf(person), 'email'), grant(keyOf(person), 'phone', 'openid')])
    expect(await services.consents.find(services.db, keyOf(person))).toMatchObject({
      scope: ['email', 'openid', 'phone'],
    })
    const events = await eventsOf(person)
    expect(events.map(({ action }) => action)).toEqual(Array.from({ length: 3 }, () => 'consent_grant'))
    expect(events[0]?.changes).toEqual({ before: { scope: null }, after: { scope: 'openid' } })
  })

  it('I2: ends what the client got for its owner as soon as they take the consent back', async () => {
    const [person, other] = [await newPerson(server.client), await newPerson(server.client)]
    const begin = async ({ id }: Person, clientId: ClientId | null) => {
      const client = clientId && { client: { id: clientId, scope: null } }
      const start = { accountId: id, methods: ['user_secret'], mode: 'access_token', ...client } as const
      return await inTransaction(services.db, (transaction) =>
        services.sessions.start(transaction, { ...start, context: noRequest }),
      )
    }
    const ended = await begin(person, wiki.id)
    const kept = [await begin(person, null), await begin(other, wiki.id)]
    for (const each of [person, other]) await grant(keyOf(each), 'openid')
    expect((await revoke(person, wiki.id)).status).toBe(204)
    const left = await services.db.selectFrom('sessions').select('id').execute()
    const ids = left.map(({ id }) => id)
    expect([ended, ...kept].map(({ id }) => ids.includes(id))).toEqual([false, true, true])
    const revoked = await services.db.selectFrom('revocations').selectAll().execute()
    expect(JSON.stringify(revoked)).toContain(ended.id)
    expect((await revoke(person, wiki.id)).status).toBe(404)
    expect((await eventsOf(person)).at(-1)).toMatchObject({
      action: 'consent_revocation',
      changes: { before: { scope: 'openid' }, after: { scope: null } },
    })
  })

  it('keeps the consent if its use cannot be ended', async () => {
    const person = await newPerson(server.client)
    await grant(keyOf(person), 'openid')
    const failing = { endFor: () => Promise.reject(new Error('planted')) }
    const own = new OwnConsents({ ...services, consentUses: [failing] })
    const revoking = own.revoke({ accountId: person.id }, wiki.id, noRequest)
    await expect(revoking).rejects.toThrow('planted')
    expect((await list(person)).data).toHaveLength(1)
  })

  it('lists clients in pages', async () => {
    const person = await newPerson(server.client)
    const more = [
      await newClient(server.client, admin, signIn),
      await newClient(server.client, admin, signIn),
    ]
    for (const client of [wiki, ...more]) await grant(keyOf(person, client), 'openid')
    const first = await list(person, '?limit=2')
    const cursor = encodeURIComponent(String(first.next_cursor))
    const second = await list(person, `?limit=2&cursor=${cursor}`)
    const ids = [...first.data, ...second.data].map(({ client_id: id }: { client_id: string }) => id)
    expect([ids, second.next_cursor]).toEqual([[wiki, ...more].map(({ id }) => id), null])
    const stranger = await newPerson(server.client)
    const forged = `/v1/me/consents?cursor=${cursor}`
    expect((await server.client.get(forged, { token: stranger.token })).status).toBe(422)
  })

  it('answers alike for ids of no client (A33)', async () => {
    const person = await newPerson(server.client)
    for (const id of [newId(), 'x', '*', wiki.id, '0']) expect((await revoke(person, id)).status).toBe(404)
  })

  it('goes with its client, and with its account', async () => {
    const [person, leaving] = [await newPerson(server.client), await newPerson(server.client)]
    const client = await newClient(server.client, admin, signIn)
    await grant(keyOf(person, client), 'openid')
    await grant(keyOf(leaving), 'openid')
    await server.client.send('DELETE', `/v1/clients/${client.id}`, undefined, { token: admin })
    expect((await list(person)).data).toEqual([])
    await services.db.deleteFrom('accounts').where('id', '=', leaving.id).execute()
    expect(await services.consents.find(services.db, keyOf(leaving))).toBeNull()
  })

  it('is in the export of the account', async () => {
    const person = await newPerson(server.client)
    await grant(keyOf(person), 'email')
    const { body } = await server.client.get('/v1/me/export', { token: person.token })
    expect(body.consents).toMatchObject([{ client_id: wiki.id, scope: 'email' }])
  })

  it('A122: is listed on the page of the account, which takes it back', async () => {
    const person = await newPerson(server.client)
    const visitor = await PageVisitor.signIn(server, { user_secret: person.secret })
    expect(await visitor.read('/account/applications')).toContain('No applications')
    await grant(keyOf(person), 'openid', 'email', 'moments:publish')
    const page = await visitor.read('/account/applications')
    expect(page).toContain('<bdi>Wiki &lt;b&gt;</bdi>')
    for (const words of ['See your email address', 'Recognise you', 'moments:publish', 'Not used yet'])
      expect(page).toContain(words)
    const action = `/account/applications/consents/${wiki.id}/revoke`
    expect(page).toContain(`action="${action}"`)
    for (let count = 0; count < 2; count++) {
      const answer = await visitor.send(action)
      expect(answer.headers.get('location')).toBe('/account/applications?done=consent_revoked')
    }
    expect((await list(person)).data).toEqual([])
  })

  it('remembers a use to the hour', async () => {
    const person = await newPerson(server.client)
    const key = keyOf(person)
    const consent = await grant(key, 'openid')
    const at = server.clock.now()
    const lastUse = async () => (await services.consents.find(services.db, key))?.lastUsedAt
    await services.consents.markUsed(services.db, key, consent)
    server.clock.advance(3_500)
    await services.consents.markUsed(services.db, key, consent)
    expect(await lastUse()).toEqual(at)
    server.clock.advance(200)
    await services.consents.markUsed(services.db, key, { lastUsedAt: at })
    expect(await lastUse()).toEqual(server.clock.now())
  })
})

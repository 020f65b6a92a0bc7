import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { EventSource } from '../../../../../tests/support/event-source.ts'
import { password } from '../../../../../tests/support/password.ts'
import { loginWith, newPerson } from '../../../../../tests/support/people.ts'
import { makeAdministrator, signUpAdministrator } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'

const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org' }

describe.each(engines)('the feed of revocations on $name', (engine) => {
  let server: TestServer
  let second: TestServer
  let services: OwnServices
  let token: string
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
    second = await startTestServer(engine, { env, databaseUrl: server.databaseUrl, clock: server.clock })
    services = openServices(server)
    token = (await signUpAdministrator(server, 'amina', password)).token
  })
  afterAll(async () => {
    await services?.close()
    await second?.close()
    await server?.close()
  })

  const listen = (to = server, lastEventId?: string) => EventSource.open(to.url, { token, lastEventId })
  const remove = (path: string, own: string) => server.client.send('DELETE', path, undefined, { token: own })

  it('tells a service on another server which session has ended', async () => {
    const events = await listen(second)
    await events.next('ready')
    const person = await newPerson(server.client)
    const other = await loginWith(server.client, person.secret)
    await remove(`/v1/me/sessions/${other.session_id}`, person.token)
    const { data } = await events.next('revocation', ({ data }) => data.session_id === other.session_id)
    expect(data).toMatchObject({ kind: 'session', account_id: person.id, role: null, kid: null })
    events.close()
  })

  it('tells of a suspension, of roles and of a key that was withdrawn', async () => {
    const events = await listen()
    await events.next('ready')
    const person = await newPerson(server.client)
    await inTransaction(services.db, (db) =>
      services.roles.replace(db, person.id, { before: ['user'], after: ['admin', 'user'] }),
    )
    await events.next('revocation', ({ data }) => data.kind === 'roles' && data.account_id === person.id)
    await services.administration.suspend(person.id)
    await events.next('revocation', ({ data }) => data.kind === 'account' && data.account_id === person.id)
    const { kid } = await services.keys.signingKey('ES256')
    await services.keys.retire(kid, { replace: true })
    const { data } = await events.next('revocation', ({ data }) => data.kind === 'key')
    expect(data.kid).toBe(kid)
    events.close()
  })

  it('continues on any server after the last event that a service has', async () => {
    const events = await listen()
    const person = await newPerson(server.client)
    await remove(`/v1/me/sessions/${person.sessionId}`, person.token)
    const { id } = await events.next('revocation', ({ data }) => data.session_id === person.sessionId)
    events.close()
    const missed = await newPerson(server.client)
    await remove(`/v1/me/sessions/${missed.sessionId}`, missed.token)
    const again = await listen(second, id)
    await again.next('revocation', ({ data }) => data.session_id === missed.sessionId)
    expect(again.all.filter(({ data }) => data.session_id === person.sessionId)).toEqual([])
    again.close()
  })

  it('misses nothing that is committed after something that was made later', async () => {
    const events = await listen()
    await events.next('ready')
    const [slow, quick] = [await newPerson(server.client), await newPerson(server.client)]
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const committing = inTransaction(services.db, async (transaction) => {
      await services.revocations.recordAccount(transaction, slow.id)
      begun.resolve()
      await held.promise
    })
    await begun.promise
    // SQLite has one writer, so there the other one waits.
    const other = remove(`/v1/me/sessions/${quick.sessionId}`, quick.token)
    if (engine.name === 'SQLite') held.resolve()
    await other
    await events.next('revocation', ({ data }) => data.session_id === quick.sessionId)
    held.resolve()
    await committing
    await events.next('revocation', ({ data }) => data.kind === 'account' && data.account_id === slow.id)
    events.close()
  })

  it('begins again for a service that is ahead of a restored database', async () => {
    const person = await newPerson(server.client)
    await remove(`/v1/me/sessions/${person.sessionId}`, person.token)
    const events = await listen(server, '999999999999999')
    await events.next('revocation', ({ data }) => data.session_id === person.sessionId)
    events.close()
  })

  it('misses nothing that is revoked after a backup was restored, whatever was numbered since the backup', async () => {
    const events = await listen()
    await events.next('ready')
    const [before, after] = [await newPerson(server.client), await newPerson(server.client)]
    const { last_batch: inBackup } = await services.db
      .selectFrom('revocation_feed')
      .select('last_batch')
      .executeTakeFirstOrThrow()
    await remove(`/v1/me/sessions/${before.sessionId}`, before.token)
    const { id } = await events.next('revocation', ({ data }) => data.session_id === before.sessionId)
    events.close()
    await services.db.deleteFrom('revocations').where('batch', '>', inBackup).execute()
    await services.db.updateTable('revocation_feed').set({ last_batch: inBackup }).execute()
    server.clock.advance(1)
    await remove(`/v1/me/sessions/${after.sessionId}`, after.token)
    const again = await listen(server, id)
    await again.next('revocation', ({ data }) => data.session_id === after.sessionId)
    again.close()
  })

  it('leaves out what concerns no token any more', async () => {
    const person = await newPerson(server.client)
    await remove(`/v1/me/sessions/${person.sessionId}`, person.token)
    server.clock.advance(86_400 * 30)
    const fresh = await server.client.login({ identifier: 'amina', password })
    const events = await EventSource.open(server.url, { token: fresh.body.access_token })
    await events.next('ready')
    expect(events.all.filter(({ event }) => event === 'revocation')).toEqual([])
    events.close()
    token = fresh.body.access_token
  })

  it('ends at once if the credential of its reader is revoked', async () => {
    const own = await newPerson(server.client)
    await makeAdministrator(server, own.id)
    const { access_token } = await loginWith(server.client, own.secret)
    const events = await EventSource.open(server.url, { token: access_token })
    await events.next('ready')
    await services.administration.suspend(own.id)
    await events.ended
  })

  it('is refused to a caller without the permission, and without a credential', async () => {
    const person = await newPerson(server.client)
    expect((await server.client.get('/v1/revocations', { token: person.token })).status).toBe(403)
    expect((await server.client.get('/v1/revocations')).status).toBe(401)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type Login, loginWith, newPerson, type Person } from '../../../../tests/support/people.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import { tokenSecondsMax } from '../../../platform/kernel/lifetimes.ts'
import { clockToleranceSeconds } from '../../../platform/kernel/time-bounds.ts'

const tokenTtlSeconds = tokenSecondsMax
const daySeconds = 86_400

describe.each(engines)('a revocation on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_PURGE_INTERVAL_SECONDS: '0' } })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const remove = (path: string, token: string, body?: object) =>
    server.client.send('DELETE', path, body && JSON.stringify(body), { token })

  async function recordsOf(...sessionIds: SessionId[]) {
    return await services.db
      .selectFrom('revocations')
      .select(['kind', 'account_id', 'session_id'])
      .where('session_id', 'in', sessionIds)
      .execute()
  }

  async function recordsOfAccount(accountId: AccountId, kind: 'account' | 'roles'): Promise<number> {
    const records = services.db.selectFrom('revocations').select('id').where('account_id', '=', accountId)
    return (await records.where('kind', '=', kind).execute()).length
  }

  const waysToEndASession: Record<string, (person: Person, other: Login) => Promise<unknown>> = {
    'signing out': async (_person, { access_token: token }) =>
      await server.client.post('/v1/auth/logout', {}, { token }),
    'ending it from another session': async (person, { session_id }) =>
      await remove(`/v1/me/sessions/${session_id}`, person.token),
    'ending all others': async (person) => await remove('/v1/me/sessions', person.token),
    'setting a password': async (person) =>
      await server.client.put(
        '/v1/me/password',
        { user_secret: person.secret, new_password: 'correct horse battery staple' },
        { token: person.token },
      ),
    'renewing the user secret': async (person) =>
      await server.client.post('/v1/me/secret', {}, { token: person.token }),
    'using a refresh token again': async (_person, { refresh_token }) => {
      await server.client.post('/v1/auth/refresh', { refresh_token })
      server.clock.advance(daySeconds / 24)
      await server.client.post('/v1/auth/refresh', { refresh_token })
    },
    'suspending the account': async ({ id }) => await services.administration.suspend(id),
    'activating the account': async ({ id }) => {
      // The session is from a sign-in during the suspension.
      const account = services.db.updateTable('accounts').where('id', '=', id)
      await account.set({ status: 'suspended' }).execute()
      await services.administration.activate(id)
    },
    'deleting the account': async (person) =>
      await remove('/v1/me', person.token, { user_secret: person.secret }),
    'erasing the account': async ({ id }) => await services.administration.erase(id),
  }

  it.each(Object.entries(waysToEndASession))(
    'is recorded once when a session ends by %s',
    async (how, end) => {
      const person = await newPerson(server.client)
      const other = await loginWith(server.client, person.secret)
      await end(person, other)
      expect((await server.client.me(other.access_token)).status).toBe(401)
      const accountId = how.startsWith('erasing') ? null : person.id
      const record = { kind: 'session', account_id: accountId, session_id: other.session_id }
      expect(await recordsOf(other.session_id)).toEqual([record])
    },
  )

  it('of many sessions is recorded for each of them', async () => {
    const { id: accountId } = await newPerson(server.client)
    const context = requestFrom('192.0.2.1')
    for (let started = 0; started < 600; started++)
      await services.sessions.start(services.db, { accountId, methods: ['password'], mode: 'code', context })
    await services.administration.suspend(accountId)
    const records = services.db
      .selectFrom('revocations')
      .select('session_id')
      .where('account_id', '=', accountId)
    expect(await records.where('kind', '=', 'session').execute()).toHaveLength(601)
  })

  it('is not recorded when a session ends by itself', async () => {
    const person = await newPerson(server.client)
    server.clock.advance(60 * daySeconds)
    expect(await services.sessions.purge(1_000)).toBeGreaterThan(0)
    expect(await recordsOf(person.sessionId)).toEqual([])
  })

  it('is recorded when an account is suspended or deleted, and when its roles change', async () => {
    const [suspended, deleted] = [await newPerson(server.client), await newPerson(server.client)]
    await services.administration.suspend(suspended.id)
    await remove('/v1/me', deleted.token, { user_secret: deleted.secret })
    expect(await recordsOfAccount(suspended.id, 'account')).toBe(1)
    expect(await recordsOfAccount(deleted.id, 'account')).toBe(1)
    const changed = await newPerson(server.client)
    await inTransaction(services.db, (db) =>
      services.roles.replace(db, changed.id, { before: ['user'], after: ['admin', 'user'] }),
    )
    expect(await recordsOfAccount(changed.id, 'roles')).toBe(1)
    expect(await services.roles.rolesOf(services.db, changed.id)).toEqual(['admin', 'user'])
    expect(await recordsOfAccount(changed.id, 'account')).toBe(0)
  })

  it('is visible only after the commit, and leaves no record if it is rolled back', async () => {
    const person = await newPerson(server.client)
    const revoking = inTransaction(services.db, async (db) => {
      await services.sessions.endAll(db, person.id)
      await services.accounts.setStatus(db, person.id, 'suspended')
      await services.roles.replace(db, person.id, { before: ['user'], after: [] })
      const own = await db
        .selectFrom('revocations')
        .select('id')
        .where('account_id', '=', person.id)
        .execute()
      expect(own).toHaveLength(3)
      // A second connection, which sees what is committed.
      const other = openServices(server)
      const seen = await other.db
        .selectFrom('revocations')
        .select('id')
        .where('account_id', '=', person.id)
        .execute()
      await other.close()
      expect(seen).toEqual([])
      throw new Error('taken back')
    })
    await expect(revoking).rejects.toThrow('taken back')
    expect(await recordsOf(person.sessionId)).toEqual([])
    expect(await recordsOfAccount(person.id, 'account')).toBe(0)
    expect((await server.client.me(person.token)).status).toBe(200)
  })

  it('is kept until the last revoked token has expired on every clock, and then purged', async () => {
    const person = await newPerson(server.client)
    await remove(`/v1/me/sessions/${person.sessionId}`, person.token)
    await services.revocations.purge(10_000)
    server.clock.advance(tokenTtlSeconds + clockToleranceSeconds - 1)
    await services.revocations.purge(10_000)
    expect(await recordsOf(person.sessionId)).toHaveLength(1)
    server.clock.advance(1)
    await services.revocations.purge(10_000)
    expect(await recordsOf(person.sessionId)).toEqual([])
  })

  it('does not name an erased account, and is gone after its tokens have expired', async () => {
    const [person, early] = [await newPerson(server.client), await newPerson(server.client)]
    const other = await loginWith(server.client, person.secret)
    await services.administration.suspend(early.id)
    server.clock.advance(tokenTtlSeconds + clockToleranceSeconds)
    for (const { id } of [person, early]) await services.administration.erase(id)
    const records = await services.db.selectFrom('revocations').selectAll().execute()
    expect(records.filter(({ account_id }) => account_id === person.id || account_id === early.id)).toEqual(
      [],
    )
    expect(await recordsOf(person.sessionId, other.session_id)).toHaveLength(2)
    expect(await recordsOf(early.sessionId)).toEqual([])
  })
})

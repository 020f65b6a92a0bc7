import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../tests/support/engines.ts'
import { FrozenClock } from '../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../tests/support/test-database.ts'
import type { Failure } from '../../platform/kernel/failures.ts'
import { type AccountId, newId, nobody, type SessionId } from '../../platform/kernel/ids.ts'
import { SessionsRepository } from './repository.ts'
import { SessionsService } from './service.ts'

const client = { ipAddress: '203.0.113.7', userAgent: 'Firefox/145.0' }
const ttlSeconds = 3_600

describe.each(engines)('sessions on $name', (engine) => {
  let database: MigratedDatabase
  const clock = new FrozenClock()
  let sessions: SessionsService
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    sessions = new SessionsService({ db: database.db, sessions: new SessionsRepository(), clock, ttlSeconds })
  })
  afterAll(async () => await database?.drop())

  async function newAccount(...roles: readonly string[]): Promise<AccountId> {
    const id = newId<AccountId>()
    const times = { created_at: clock.now().getTime(), updated_at: clock.now().getTime() }
    await database.db
      .insertInto('accounts')
      .values({ id, status: 'active', ...times })
      .execute()
    const rows = roles.map((role) => ({ account_id: id, role }))
    if (rows.length > 0) await database.db.insertInto('account_roles').values(rows).execute()
    return id
  }

  const codeOf = async (id: SessionId): Promise<string> =>
    await sessions.principal(id).then(
      () => 'alive',
      (failure: unknown) => (failure as Failure).problem.code,
    )

  it('say whose they are, with all roles in alphabetical order', async () => {
    const accountId = await newAccount('user', 'admin', 'editor')
    const { id } = await sessions.start(database.db, accountId, 'password', client)
    const roles = ['admin', 'editor', 'user']
    expect(await sessions.principal(id)).toEqual({ accountId, sessionId: id, roles })
  })

  it('live where their owner has no role at all', async () => {
    const accountId = await newAccount()
    const { id } = await sessions.start(database.db, accountId, 'user_secret', client)
    expect(await sessions.principal(id)).toEqual({ accountId, sessionId: id, roles: [] })
  })

  it('keep from where and how they were started', async () => {
    const accountId = await newAccount()
    const { id, createdAt, expiresAt } = await sessions.start(database.db, accountId, 'user_secret', client)
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(ttlSeconds * 1_000)
    expect(await rowOf(id)).toEqual({
      id,
      account_id: accountId,
      method: 'user_secret',
      user_agent: client.userAgent,
      ip_address: client.ipAddress,
      created_at: clock.now().getTime(),
      expires_at: clock.now().getTime() + ttlSeconds * 1_000,
    })
  })

  it('keep the first 200 characters of what a client calls itself, whatever its bytes', async () => {
    const accountId = await newAccount()
    const latin1 = String.fromCharCode(...Array.from({ length: 255 }, (_, index) => index + 1))
    for (const userAgent of [latin1, 'ÿ'.repeat(5_000), '', "'); drop table sessions; --", '%s%n\\']) {
      const { id } = await sessions.start(database.db, accountId, 'password', { ...client, userAgent })
      expect(await rowOf(id)).toMatchObject({ user_agent: userAgent.slice(0, 200) })
    }
    const { id } = await sessions.start(database.db, accountId, 'password', {
      ipAddress: '::ffff:203.0.113.7',
      userAgent: null,
    })
    expect(await rowOf(id)).toMatchObject({ user_agent: null, ip_address: '::ffff:203.0.113.7' })
  })

  it('A59: live to the last millisecond, however much they are used, and not one longer', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, accountId, 'password', client)
    clock.advance(ttlSeconds - 0.001)
    expect(await codeOf(id)).toBe('alive')
    clock.advance(0.001)
    expect(await codeOf(id)).toBe('invalid_token')
  })

  it('A56: are dead while their owner may not sign in', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, accountId, 'password', client)
    for (const status of ['suspended', 'deleted', 'ACTIVE', 'active ', '']) {
      await database.db.updateTable('accounts').set({ status }).where('id', '=', accountId).execute()
      expect(await codeOf(id), status).toBe('invalid_token')
    }
  })

  it('A54: end all at once, and leave those of others alone', async () => {
    const [accountId, other] = [await newAccount('user', 'admin'), await newAccount('user')]
    const own = [await sessions.start(database.db, accountId, 'password', client)]
    own.push(await sessions.start(database.db, accountId, 'user_secret', client))
    const theirs = await sessions.start(database.db, other, 'password', client)
    await sessions.endAll(database.db, accountId)
    for (const { id } of own) expect(await codeOf(id)).toBe('invalid_token')
    expect(await codeOf(theirs.id)).toBe('alive')
    await sessions.endAll(database.db, accountId)
  })

  it('are gone with their owner', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, accountId, 'password', client)
    await database.db.deleteFrom('accounts').where('id', '=', accountId).execute()
    expect(await codeOf(id)).toBe('invalid_token')
    expect(await rowOf(id)).toBeUndefined()
  })

  it('A53: are found by their own id alone', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, accountId, 'password', client)
    const last = id.endsWith('0') ? '1' : '0'
    for (const other of [accountId, nobody, newId(), id.slice(0, -1) + last])
      expect(await codeOf(other as SessionId), other).toBe('invalid_token')
    expect(await codeOf(id)).toBe('alive')
  })

  it('cannot be started for nobody', async () => {
    await expect(sessions.start(database.db, nobody, 'password', client)).rejects.toThrow()
  })

  async function rowOf(id: SessionId) {
    return await database.db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
  }
})

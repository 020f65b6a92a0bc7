import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { insertRoles } from '../../../../tests/support/roles.ts'
import { sessionsOn } from '../../../../tests/support/sessions.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountStatus } from '../../../platform/kernel/account.ts'
import { startOfDay } from '../../../platform/kernel/durations.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId, noAccountId, type SessionId } from '../../../platform/kernel/ids.ts'
import type { SessionsService } from './service.ts'

const context = requestFrom('203.0.113.7', 'Firefox/145.0')
const ttlSeconds = 3_600
const code = { methods: ['password'], mode: 'code', context } as const

describe.each(engines)('sessions on $name', (engine) => {
  let database: MigratedDatabase
  const clock = new FrozenClock()
  let sessions: SessionsService
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    await insertRoles(database.db, 'editor')
    sessions = sessionsOn({ db: database.db, clock, ttlSeconds, idleSeconds: 10 * ttlSeconds })
  })
  afterAll(async () => await database?.drop())

  async function newAccount(...roles: readonly string[]): Promise<AccountId> {
    const id = newId<AccountId>()
    const times = { created_at: clock.now().getTime(), updated_at: clock.now().getTime() }
    await database.db
      .insertInto('accounts')
      .values({ id, kind: 'person', status: 'active', ...times })
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

  it('have their owner, with all roles in alphabetical order', async () => {
    const accountId = await newAccount('user', 'admin', 'editor')
    const { id } = await sessions.start(database.db, { ...code, accountId, methods: ['password'] })
    const roles = ['admin', 'editor', 'user']
    expect(await sessions.principal(id)).toMatchObject({ accountId, sessionId: id, roles })
  })

  it('work if their owner has no role at all', async () => {
    const accountId = await newAccount()
    const { id } = await sessions.start(database.db, { ...code, accountId, methods: ['user_secret'] })
    expect(await sessions.principal(id)).toMatchObject({ accountId, sessionId: id, roles: [] })
  })

  it('store where and how they were started', async () => {
    const accountId = await newAccount()
    const { id, expiresAt } = await sessions.start(database.db, {
      ...code,
      accountId,
      methods: ['user_secret'],
    })
    expect(expiresAt.getTime() - clock.now().getTime()).toBe(ttlSeconds * 1_000)
    expect(await rowOf(id)).toEqual({
      id,
      account_id: accountId,
      amr: 'user_secret',
      authenticated_at: clock.now().getTime(),
      second_factor_at: null,
      factor_status: null,
      user_agent: context.userAgent,
      ip_address: context.ipAddress,
      created_at: clock.now().getTime(),
      expires_at: clock.now().getTime() + ttlSeconds * 1_000,
      last_seen_at: clock.now().getTime(),
      last_seen_day: startOfDay(clock.now()),
      code_digest: expect.any(String),
      refresh_key_sealed: null,
      refresh_generation: null,
      refresh_replaced_at: null,
      client_id: null,
      scope: null,
      grant_id: null,
      parent_session_id: null,
      impersonator_id: null,
      impersonator_session_id: null,
      impersonation_reason: null,
    })
  })

  it('keep the user agent, whatever its characters', async () => {
    const accountId = await newAccount()
    const latin1 = String.fromCharCode(...Array.from({ length: 255 }, (_, index) => index + 1))
    const texts = [latin1.slice(0, 200), 'ÿ'.repeat(200), '🐘'.repeat(100), '日'.repeat(200)]
    for (const userAgent of [...texts, '', "'); drop table sessions; --", '%s%n\\']) {
      const { id } = await sessions.start(database.db, {
        ...code,
        accountId,
        context: { ...context, userAgent },
      })
      expect(await rowOf(id)).toMatchObject({ user_agent: userAgent })
    }
    const { id } = await sessions.start(database.db, {
      ...code,
      accountId,
      context: requestFrom('203.0.113.7'),
    })
    expect(await rowOf(id)).toMatchObject({ user_agent: null, ip_address: '203.0.113.7' })
  })

  it('A59: last until the last millisecond, however much they are used', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, { ...code, accountId, methods: ['password'] })
    clock.advance(ttlSeconds - 0.001)
    expect(await codeOf(id)).toBe('alive')
    clock.advance(0.001)
    expect(await codeOf(id)).toBe('invalid_token')
  })

  it('A56: do not work while their owner may not sign in', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, { ...code, accountId, methods: ['password'] })
    for (const status of ['suspended', 'deleted', 'ACTIVE', 'active ', ''] as AccountStatus[]) {
      await database.db.updateTable('accounts').set({ status }).where('id', '=', accountId).execute()
      expect(await codeOf(id), status).toBe('invalid_token')
    }
  })

  it('A54: end all at once, and those of others stay', async () => {
    const [accountId, other] = [await newAccount('user', 'admin'), await newAccount('user')]
    const own = [await sessions.start(database.db, { ...code, accountId, methods: ['password'] })]
    own.push(await sessions.start(database.db, { ...code, accountId, methods: ['user_secret'] }))
    const theirs = await sessions.start(database.db, { ...code, accountId: other, methods: ['password'] })
    await inTransaction(database.db, (db) => sessions.endAll(db, accountId))
    for (const { id } of own) expect(await codeOf(id)).toBe('invalid_token')
    expect(await codeOf(theirs.id)).toBe('alive')
    await inTransaction(database.db, (db) => sessions.endAll(db, accountId))
  })

  it('are deleted with their owner', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, { ...code, accountId, methods: ['password'] })
    await database.db.deleteFrom('accounts').where('id', '=', accountId).execute()
    expect(await codeOf(id)).toBe('invalid_token')
    expect(await rowOf(id)).toBeUndefined()
  })

  it('A53: are found only by their own id', async () => {
    const accountId = await newAccount('user')
    const { id } = await sessions.start(database.db, { ...code, accountId, methods: ['password'] })
    const last = id.endsWith('0') ? '1' : '0'
    for (const other of [accountId, noAccountId, newId(), id.slice(0, -1) + last])
      expect(await codeOf(other as SessionId), other).toBe('invalid_token')
    expect(await codeOf(id)).toBe('alive')
  })

  it('cannot be started without an account', async () => {
    await expect(
      sessions.start(database.db, { ...code, accountId: noAccountId, methods: ['password'] }),
    ).rejects.toThrow()
  })

  async function rowOf(id: SessionId) {
    return await database.db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
  }
})

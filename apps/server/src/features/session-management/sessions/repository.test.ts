import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { daySeconds } from '../../../platform/kernel/durations.ts'
import { type AccountId, newId, type SessionId } from '../../../platform/kernel/ids.ts'
import { sessionTtlSecondsMax } from '../../../platform/kernel/lifetimes.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { RolesRepository } from '../../authorization/roles/repository.ts'
import { AccountsRepository } from '../../users/accounts/repository.ts'
import { isOver, momentAt } from './expiry.ts'
import type { Session } from './model.ts'
import { SessionsRepository } from './repository.ts'

const sessions = new SessionsRepository(new AccountsRepository())
const now = new Date(1_700_000_000_000)
const later = new Date(now.getTime() + 60_000)

describe.each(engines)('sessions on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  async function start(accountId: AccountId, changes: Partial<Session> = {}): Promise<SessionId> {
    const id = newId<SessionId>()
    const from = { ipAddress: '2001:db8:ffff:ffff:ffff:ffff:203.100.113.100', userAgent: 'ü'.repeat(200) }
    const times = { createdAt: now, lastSeenAt: now, expiresAt: later }
    const session = {
      id,
      accountId,
      authentication: { amr: ['pwd'], authenticatedAt: now },
      secondFactorAt: null,
      factorStatus: null,
      ...from,
      ...times,
    } as const
    await sessions
      .insertion(
        { ...session, ...changes },
        { client: null, codeDigest: null, impersonator: null, refreshKeySealed: null },
      )
      .run(database.db)
    return id
  }

  async function find(id: SessionId, at = now): Promise<Principal | null> {
    const caller = await sessions.findCaller(database.db, { id })
    return caller === null || isOver(caller, momentAt(at, 10 * daySeconds)) ? null : caller.principal
  }

  /** The same, as the database answers it. */
  async function isListed(accountId: AccountId, at: Date): Promise<boolean> {
    const moment = momentAt(at, 10 * daySeconds)
    return (await sessions.list(database.db, accountId, { before: null, limit: 1, moment })).length > 0
  }

  it('are listed for their owner, newest first, page by page, without those that no owner has begun', async () => {
    const accountId = await insertAccount(database.db)
    const others = await start(await insertAccount(database.db))
    const ids = [await start(accountId), await start(accountId), await start(accountId, { expiresAt: now })]
    const [first = others, second = others, ended = others] = ids
    await start(accountId, { factorStatus: 'enrolment' })
    const impersonated = await start(accountId)
    await database.db
      .updateTable('sessions')
      .set({ impersonator_id: newId<AccountId>() })
      .where('id', '=', impersonated)
      .execute()
    const list = async (page: {
      before?: SessionId
      limit?: number
      moment?: ReturnType<typeof momentAt>
    }) => {
      const rows = await sessions.list(database.db, accountId, {
        before: null,
        limit: 10,
        moment: null,
        ...page,
      })
      return rows.map(({ id }) => id)
    }
    expect(await list({})).toEqual([ended, second, first])
    expect(await list({ moment: momentAt(now, 10 * daySeconds) })).toEqual([second, first])
    expect(await list({ limit: 2 })).toEqual([ended, second])
    expect(await list({ limit: 2, before: second })).toEqual([first])
  })

  it('have their owner, with the current roles', async () => {
    const accountId = await insertAccount(database.db)
    const sessionId = await start(accountId)
    expect(await find(sessionId)).toMatchObject({ accountId, sessionId, roles: [] })
    for (const role of ['user', 'admin']) await new RolesRepository().insert(database.db, accountId, role)
    expect(await find(sessionId)).toMatchObject({ accountId, sessionId, roles: ['admin', 'user'] })
    await database.db.deleteFrom('account_roles').where('role', '=', 'admin').execute()
    expect(await find(sessionId)).toMatchObject({ accountId, sessionId, roles: ['user'] })
  })

  it('A56: do not work once their account is suspended or deleted', async () => {
    const accountId = await insertAccount(database.db)
    const sessionId = await start(accountId)
    for (const status of ['suspended', 'deleted'] as const) {
      await database.db.updateTable('accounts').set({ status }).where('id', '=', accountId).execute()
      expect(await find(sessionId), status).toBeNull()
    }
  })

  it('A59: end at the moment at which they expire, not after it', async () => {
    const accountId = await insertAccount(database.db)
    const sessionId = await start(accountId)
    const isUsable = async (at: Date) => {
      const isFound = (await find(sessionId, at)) !== null
      expect(await isListed(accountId, at)).toBe(isFound)
      return isFound
    }
    const after = (milliseconds: number) => isUsable(new Date(later.getTime() + milliseconds))
    expect([await after(-1), await after(0), await after(1)]).toEqual([true, false, false])
    const longest = (sessionTtlSecondsMax + daySeconds) * 1_000
    expect([await after(-longest), await after(-longest - 1)]).toEqual([true, false])
  })

  it('A53: are not found unless they were started', async () => {
    expect(await find(newId<SessionId>())).toBeNull()
  })

  it('of one account end together, and those of others stay', async () => {
    const [one, other] = [await insertAccount(database.db), await insertAccount(database.db)]
    const [first, second, kept] = [await start(one), await start(one), await start(other)]
    const end = () => inTransaction(database.db, (db) => sessions.deleteByAccount(db, one, { limit: 1 }))
    expect([...(await end()), ...(await end())].sort()).toEqual([first, second].sort())
    expect(await end()).toEqual([])
    const alive = async (id: SessionId) => (await find(id)) !== null
    expect([await alive(first), await alive(second), await alive(kept)]).toEqual([false, false, true])
  })

  it('that have expired are deleted, oldest first, up to a limit', async () => {
    await database.db.deleteFrom('sessions').execute()
    const accountId = await insertAccount(database.db)
    const expiring = (milliseconds: number) => start(accountId, { expiresAt: new Date(milliseconds) })
    const [second, first, third] = [await expiring(2), await expiring(1), await expiring(3)]
    const living = await start(accountId)
    const left = async () =>
      (await database.db.selectFrom('sessions').select('id').execute()).map(({ id }) => id)
    expect(await sessions.deleteOver(database.db, { now, idleSince: new Date(0) }, 1)).toBe(1)
    expect(await left()).not.toContain(first)
    expect(await left()).toEqual(expect.arrayContaining([second, third, living]))
    expect(await sessions.deleteOver(database.db, { now, idleSince: new Date(0) }, 10)).toBe(2)
    expect(await sessions.deleteOver(database.db, { now, idleSince: new Date(0) }, 10)).toBe(0)
    expect(await left()).toEqual([living])
  })
})

it('are found by their code through the index, even if few have one and SQLite has analyzed the table', async () => {
  const database = await createMigratedDatabase(sqlite)
  const { db } = database
  const accountId = await insertAccount(db)
  const rows = Array.from({ length: 1_000 }, () => ({
    id: newId<SessionId>(),
    account_id: accountId,
    amr: 'pwd',
    authenticated_at: 0,
    created_at: 0,
    last_seen_at: 0,
    last_seen_day: 0,
    expires_at: 1,
  }))
  await db.insertInto('sessions').values(rows).execute()
  await sql`analyze`.execute(db)
  const plan = await sql<{ detail: string }>`
    explain query plan select * from sessions
    inner join accounts on accounts.id = sessions.account_id where code_digest = 'x'`.execute(db)
  await database.drop()
  expect(plan.rows[0]?.detail).toMatch(/^SEARCH sessions USING INDEX/)
})

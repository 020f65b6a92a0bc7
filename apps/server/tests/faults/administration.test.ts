import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { orphanedRows } from '../support/incomplete-rows.ts'
import { signUpAdministrator } from '../support/roles.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

describe.each(engines)('administering accounts on $name while statements fail', (engine) => {
  let server: FailingServer
  let token: string
  beforeAll(async () => {
    server = await startFailingServer(engine, {
      env: { PROXIMA_MAIL_PER_HOUR: '100000' },
      complaintsAbout: orphanedRows,
    })
    token = (await signUpAdministrator(server, 'zuri')).token
  })
  afterAll(async () => await server?.close())

  // SQLite has one writer at a time, so none that another could undo.
  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  const post = (path: string, body: object) => server.client.post(path, body, { headers: fromAnywhere() })

  /** Someone who has signed in. */
  async function newOwner(details: object): Promise<AccountId> {
    const { body } = await post('/v1/auth/register', details)
    await post('/v1/auth/token', { user_secret: body.user_secret })
    return body.id as AccountId
  }

  async function stored(id: AccountId) {
    const of = (table: 'sessions' | 'suspensions') =>
      server.db.selectFrom(table).select('account_id').where('account_id', '=', id).execute()
    const account = server.db.selectFrom('accounts').select(['username', 'status']).where('id', '=', id)
    return {
      ...(await account.executeTakeFirst()),
      sessions: (await of('sessions')).length,
      suspensions: (await of('suspensions')).length,
    }
  }

  async function eventsOf(accountId: AccountId, action: string): Promise<number> {
    const events = server.db.selectFrom('audit_events').select('id').where('account_id', '=', accountId)
    return (await events.where('action', '=', action).execute()).length
  }

  const call = (path: string, body: object) =>
    server.client.post(path, body, { token, headers: fromAnywhere() })

  it.each(kinds)('a suspension is whole or absent (%s)', { tags: 'long' }, async (kind) => {
    await server.sweep(kind, async (username) => {
      const id = await newOwner({ username, email: `${username}@example.com` })
      return {
        call: () => call(`/v1/users/${id}/suspension`, { reason: 'A test' }),
        success: 200,
        examine: async ({ status }) => {
          const now = await stored(id)
          const isDone = now.status === 'suspended'
          if (status === 200) expect(isDone).toBe(true)
          const [sessions, suspensions] = isDone ? [0, 1] : [1, 0]
          expect(now).toMatchObject({ sessions, suspensions })
          expect(await eventsOf(id, 'suspension')).toBe(suspensions)
        },
      }
    })
  })

  async function expectMerged(target: AccountId, username: string): Promise<void> {
    expect(await stored(target)).toMatchObject({ username, status: 'active', sessions: 0 })
    expect(await eventsOf(target, 'merge')).toBe(1)
  }

  it.each(kinds)('a merge leaves one account or both as they were (%s)', { tags: 'long' }, async (kind) => {
    await server.sweep(kind, async (username) => {
      const target = await newOwner({ email: `${username}@example.com` })
      const source = await newOwner({ username, email: `${username}@other.example` })
      await verifyAddresses(server.db)
      return {
        call: () => call(`/v1/users/${target}/merge`, { source_id: source, dry_run: false }),
        success: 200,
        examine: async ({ status }) => {
          const isDone = (await stored(source)).status === undefined
          if (status === 200) expect(isDone).toBe(true)
          if (isDone) await expectMerged(target, username)
          else {
            expect(await stored(target)).toMatchObject({ username: null, status: 'active', sessions: 1 })
            expect(await stored(source)).toMatchObject({ username, status: 'active', sessions: 1 })
            expect(await eventsOf(target, 'merge')).toBe(0)
          }
        },
      }
    })
  })
})

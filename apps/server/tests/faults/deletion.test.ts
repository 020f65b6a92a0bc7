import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { orphanedRows } from '../support/incomplete-rows.ts'
import { newPerson } from '../support/people.ts'
import type { Answer } from '../support/test-client.ts'
import { dump } from '../support/test-database.ts'

describe.each(engines)('leaving on $name while its statements fail', (engine) => {
  const servers: FailingServer[] = []
  let patient: FailingServer
  let sudden: FailingServer
  beforeAll(async () => {
    patient = await startFailingServer(engine, { complaintsAbout: orphanedRows })
    sudden = await startFailingServer(engine, {
      env: { PROXIMA_DELETION_GRACE_DAYS: '0' },
      complaintsAbout: orphanedRows,
    })
    servers.push(patient, sudden)
  })
  afterAll(async () => {
    for (const server of servers) await server.close()
  })

  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  const restore = ({ client }: FailingServer, user_secret: string) =>
    client.post('/v1/auth/restore', { user_secret }, { headers: fromAnywhere() })

  async function newcomer(server: FailingServer) {
    const person = await newPerson(server.client)
    const deleteMe = () =>
      server.client.send('DELETE', '/v1/me', JSON.stringify({ user_secret: person.secret }), {
        token: person.token,
        headers: fromAnywhere(),
      })
    return { ...person, deleteMe }
  }

  async function rowsOf(server: FailingServer, accountId: AccountId) {
    const { db } = server
    const account = db.selectFrom('accounts').select('status').where('id', '=', accountId)
    const sessions = db.selectFrom('sessions').select('id').where('account_id', '=', accountId)
    const deletions = db.selectFrom('deletions').select('restored_at').where('account_id', '=', accountId)
    return {
      status: (await account.executeTakeFirst())?.status ?? null,
      sessions: (await sessions.execute()).length,
      pending: (await deletions.execute()).filter(({ restored_at }) => restored_at === null).length,
    }
  }

  it.each(kinds)('a deletion ends everything or nothing (%s)', async (kind) => {
    await patient.sweep(kind, async () => {
      const { id, deleteMe, secret } = await newcomer(patient)
      return {
        call: deleteMe,
        success: 202,
        examine: async ({ status }: Answer) => {
          const rows = await rowsOf(patient, id)
          const done = { status: 'deleted', sessions: 0, pending: 1 }
          const undone = { status: 'active', sessions: 1, pending: 0 }
          if (status === 202) expect(rows).toEqual(done)
          else expect([done, undone]).toContainEqual(rows)
          expect((await restore(patient, secret)).status).toBe(200)
        },
      }
    })
  })

  it.each(kinds)('a restoration is complete or does nothing (%s)', async (kind) => {
    await patient.sweep(kind, async () => {
      const { id, deleteMe, secret } = await newcomer(patient)
      expect((await deleteMe()).status).toBe(202)
      return {
        call: () => restore(patient, secret),
        success: 200,
        examine: async ({ status }: Answer) => {
          const rows = await rowsOf(patient, id)
          const done = { status: 'active', sessions: 1, pending: 0 }
          if (status === 200) expect(rows).toEqual(done)
          else expect([done, { status: 'deleted', sessions: 0, pending: 1 }]).toContainEqual(rows)
          expect((await restore(patient, secret)).status).toBe(200)
        },
      }
    })
  })

  it.each(kinds)('an erasure is complete or does nothing (%s)', async (kind) => {
    await sudden.sweep(kind, async () => {
      const { id, deleteMe, secret, token } = await newcomer(sudden)
      return {
        call: deleteMe,
        success: 202,
        examine: async ({ status }: Answer) => {
          const named = (await dump(sudden.db)).filter(({ value }) => value === id)
          const tables = new Set(named.map(({ table }) => table))
          if (status === 202) expect(tables).toEqual(new Set())
          else if (tables.size > 0) {
            for (const table of [
              'accounts',
              'username_skeletons',
              'user_secrets',
              'sessions',
              'audit_events',
            ])
              expect(tables).toContain(table)
            expect((await sudden.client.me(token)).status).toBe(200)
            expect((await deleteMe()).status).toBe(202)
          }
          expect((await restore(sudden, secret)).status).toBe(401)
        },
      }
    })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { incompleteRows } from '../support/incomplete-rows.ts'
import { newPerson } from '../support/people.ts'
import { recoveryTokenFor } from '../support/recovery.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

describe.each(engines)('recovering an account on $name while its statements fail', (engine) => {
  let server: FailingServer
  beforeAll(async () => {
    server = await startFailingServer(engine, {
      env: { PROXIMA_MAIL_PER_HOUR: '100000' },
      // A recovery ends sessions, whose sign-in stays in the audit trail.
      complaintsAbout: async (db) =>
        (await incompleteRows(db)).filter((line) => !/^session \S+ is in the audit trail alone$/.test(line)),
    })
  })
  afterAll(async () => await server?.close())

  // SQLite has one writer at a time, so none that another could undo.
  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  it.each(kinds)(
    'A55: renews the secret, ends the session, uses up the token and notifies, or does none of it (%s)',
    { tags: 'long' },
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const email = `${username}@example.com`
        const { id, secret } = await newPerson(server.client, { username, email })
        await verifyAddresses(server.db)
        const recovery_token = await recoveryTokenFor(server.client, email, { headers: fromAnywhere() })
        const countOf = async (table: 'sessions' | 'codes' | 'messages', template?: string) => {
          const rows = server.db.selectFrom(table).select('account_id').where('account_id', '=', id)
          const named =
            template === undefined ? rows : rows.where('template' as never, '=', template as never)
          return (await named.execute()).length
        }
        return {
          call: () =>
            server.client.post('/v1/auth/recovery/reset', { recovery_token }, { headers: fromAnywhere() }),
          success: 200,
          examine: async (answer) => {
            const headers = fromAnywhere()
            const old = await server.client.post('/v1/auth/token', { user_secret: secret }, { headers })
            const isDone = old.status === 401
            if (answer.status === 200) expect(isDone).toBe(true)
            const notices = await countOf('messages', 'account_recovered')
            // The old secret has just signed in once more if it still works.
            const left = [await countOf('sessions'), await countOf('codes'), notices]
            expect(left).toEqual(isDone ? [0, 0, 1] : [2, 1, 0])
          },
        }
      })
      for (const statement of ['begin', 'commit']) expect(sent).toContain(statement)
    },
  )
})

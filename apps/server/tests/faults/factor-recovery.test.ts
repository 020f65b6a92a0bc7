import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { newFactorOwner, readyToRecover } from '../support/factor-recovery-answers.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { incompleteRows } from '../support/incomplete-rows.ts'

describe.each(engines)('recovering a second factor on $name while its statements fail', (engine) => {
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
    'A95: removes the factor and the codes, ends the wait and notifies, or does none of it (%s)',
    { tags: 'long' },
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const email = `${username}@example.com`
        const { id, signIn } = await newFactorOwner(server, email, fromAnywhere)
        const ready = await readyToRecover(server.client, server.clock, {
          email,
          signIn,
          headers: fromAnywhere,
        })
        const countOf = async (table: 'codes' | 'recovery_codes' | 'totp_secrets') =>
          (await server.db.selectFrom(table).select('account_id').where('account_id', '=', id).execute())
            .length
        return {
          call: () => server.client.post('/v1/auth/mfa/lost/confirm', ready, { headers: fromAnywhere() }),
          success: 200,
          examine: async (answer) => {
            const left = [
              await countOf('totp_secrets'),
              await countOf('recovery_codes'),
              await countOf('codes'),
            ]
            const isDone = left[0] === 0
            if (answer.status === 200) expect(isDone).toBe(true)
            expect(left).toEqual(isDone ? [0, 0, 0] : [1, 10, 2])
          },
        }
      })
      for (const statement of ['begin', 'commit']) expect(sent).toContain(statement)
    },
  )
})

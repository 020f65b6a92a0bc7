import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KeyedDigests } from '../../src/platform/crypto/keyed-digests.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines, type TestEngine } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { password } from '../support/password.ts'
import type { Answer } from '../support/test-client.ts'
import { testSecret } from '../support/test-server.ts'

/** What stores the session. On SQLite it is the guard, which takes the writes with it. */
const lastStatements: Record<TestEngine['name'], RegExp> = {
  SQLite: /^select "accounts"\."id" .* join "passwords"/,
  PostgreSQL: /^with held/,
  MariaDB: /^commit$/,
}

describe.each(engines)('signing in on $name while its statements fail', (engine) => {
  let server: FailingServer
  beforeAll(async () => {
    server = await startFailingServer(engine)
  })
  afterAll(async () => await server?.close())

  // SQLite has one writer at a time, so none that another could undo.
  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  const post = (path: string, body: object) => server.client.post(path, body, { headers: fromAnywhere() })
  const login = (username: string, given: string) => post('/v1/auth/login', { username, password: given })

  async function newAccount(body: object): Promise<{ id: AccountId; user_secret: string }> {
    const answer = await post('/v1/auth/register', body)
    expect(answer.status).toBe(201)
    return answer.body as { id: AccountId; user_secret: string }
  }

  /** All tries that count as failed now, of all accounts, without those that count for this username. */
  async function failures(username: string): Promise<number> {
    const counted = JSON.stringify(['typed', 'password', ['username', username]])
    const budget = new KeyedDigests({ current: testSecret }).digest('guess-budget', [counted])
    const all = server.db.selectFrom('guess_budgets').select('failures')
    const rows = await all.where('budget', '<>', budget).execute()
    return rows.reduce((sum, row) => sum + row.failures, 0)
  }

  async function sessionsOf(accountId: AccountId): Promise<string[]> {
    const sessions = server.db.selectFrom('sessions').select('id').where('account_id', '=', accountId)
    return (await sessions.execute()).map(({ id }) => id)
  }

  async function failedSignIns(): Promise<number> {
    const events = server.db.selectFrom('audit_events').select('id').where('action', '=', 'sign_in')
    return (await events.where('outcome', '=', 'failure').execute()).length
  }

  /** After a success the session exists. After a refusal at most one exists, and no one knows it. */
  async function expectSession(accountId: AccountId, { status, body }: Answer): Promise<void> {
    const ids = await sessionsOf(accountId)
    if (status !== 200) return expect(ids.length).toBeLessThanOrEqual(1)
    expect(ids).toEqual([body.session_id])
    expect((await server.client.me(String(body.access_token))).body.id).toBe(accountId)
  }

  it.each(kinds)(
    'I3: with the right password leaves at most one try counted (%s)',
    { tags: 'long' },
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const { id } = await newAccount({ username, password })
        const before = await failures(username)
        return {
          call: () => login(username, password),
          success: 200,
          examine: async (answer) => {
            await expectSession(id, answer)
            const counted = (await failures(username)) - before
            if (answer.status === 200) expect(counted).toBe(0)
            else expect([0, 1]).toContain(counted)
            expect((await login(username, password)).status).toBe(200)
            expect((await failures(username)) - before).toBe(0)
          },
        }
      })
      expect(sent.at(-1)).toMatch(lastStatements[engine.name])
    },
  )

  it.each(kinds)(
    'I3, I4: with a wrong password is checked only after it is counted, also for an unknown account (%s)',
    { tags: 'long' },
    async (kind) => {
      const judgedOnlyWhenCounted = async (username: string) => {
        const [before, eventsBefore] = [await failures(username), await failedSignIns()]
        return {
          call: () => login(username, 'wrong'),
          success: 401,
          examine: async (answer: Answer) => {
            const counted = (await failures(username)) - before
            if (answer.status === 401) {
              expect([counted, (await failedSignIns()) - eventsBefore]).toEqual([1, 1])
            } else expect([0, 1]).toContain(counted)
            expect((await login(username, 'wrong')).status).toBe(401)
            expect((await failures(username)) - before).toBe(counted + 1)
          },
        }
      }
      const known = await server.sweep(kind, async (username) => {
        await newAccount({ username, password })
        return await judgedOnlyWhenCounted(username)
      })
      const unknown = await server.sweep(kind, judgedOnlyWhenCounted)
      expect(unknown).toEqual(known)
    },
  )

  it.each(kinds)('with a user secret makes a complete session or none (%s)', async (kind) => {
    await server.sweep(kind, async (username) => {
      const { id, user_secret } = await newAccount({ username })
      return {
        call: () => post('/v1/auth/token', { user_secret }),
        success: 200,
        examine: async (answer) => {
          await expectSession(id, answer)
          expect((await post('/v1/auth/token', { user_secret })).status).toBe(200)
        },
      }
    })
  })

  it.each(kinds)('and patching the account changes all named fields or nothing (%s)', async (kind) => {
    const old = { full_name: 'Amina', address: 'Moi Avenue 1' }
    const patch = { full_name: 'Amina Wanjiru', address: 'Kimathi Street 2' }
    await server.sweep(kind, async (username) => {
      const { user_secret } = await newAccount({ username, ...old })
      const { body } = await post('/v1/auth/token', { user_secret })
      const token = String(body.access_token)
      return {
        call: () => server.client.patch('/v1/me', patch, { token }),
        success: 200,
        examine: async (answer) => {
          const { full_name, address } = (await server.client.me(token)).body
          if (answer.status === 200) expect({ full_name, address }).toEqual(patch)
          else expect([old, patch]).toContainEqual({ full_name, address })
          expect((await server.client.patch('/v1/me', patch, { token })).body).toMatchObject(patch)
        },
      }
    })
  })
})

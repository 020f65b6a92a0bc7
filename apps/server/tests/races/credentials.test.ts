import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import { requireSignedIn, type SignInOutcome } from '../../src/features/authentication/sign-in/model.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { Failure } from '../../src/platform/kernel/failures.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import type { Principal } from '../../src/platform/kernel/principal.ts'
import { engines } from '../support/engines.ts'
import { raceSize } from '../support/race-size.ts'
import { requestFrom } from '../support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase, openDatabase } from '../support/test-database.ts'
import { wireNode } from '../support/wired-node.ts'

const old = 'seven green bottles stand here'
const fresh = 'nine quiet rivers bend slowly'
const context = requestFrom()
const many = raceSize

describe.each(engines)('a credential that is changed while many use it, on $name', (engine) => {
  let database: MigratedDatabase
  let otherDb: Database
  let nodes: readonly [Services, Services]
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    otherDb = openDatabase(database.url)
    // A thousand sign-ins must not end the session of the caller.
    const env = { PROXIMA_SESSIONS_PER_ACCOUNT_MAX: '10000' }
    nodes = [wireNode({ db: database.db, env }), wireNode({ db: otherDb, env })]
  })
  afterAll(async () => {
    await otherDb?.destroy()
    await database?.drop()
  })

  const nodeAt = (index: number) => nodes[index % 2 === 0 ? 0 : 1]

  async function register(input: { username: string; password?: string }) {
    const source = { context, idempotencyKey: null }
    return await nodes[0].registration.create(input, source)
  }

  const login = (username: string, password: string, index = 0) => {
    const identifiers = [{ kind: 'username', text: username }] as const
    return nodeAt(index).login.withPassword({ identifiers, password, mode: 'token' }, context)
  }
  const loginBySecret = (userSecret: string, index = 0) =>
    nodeAt(index).login.withUserSecret({ userSecret, mode: 'token' }, context)

  async function callerOf(outcome: SignInOutcome): Promise<Principal> {
    const { session } = requireSignedIn(outcome)
    return await nodes[0].sessions.principal(session.id)
  }

  /** The code of the refusal, or null if it succeeded. */
  async function outcome(work: Promise<unknown>): Promise<string | null> {
    try {
      await work
      return null
    } catch (error) {
      if (error instanceof Failure) return error.problem.code
      throw error
    }
  }

  async function sessionsOf(id: AccountId): Promise<string[]> {
    const rows = database.db.selectFrom('sessions').select('id').where('account_id', '=', id)
    return (await rows.execute()).map((row) => row.id)
  }

  /** Repeats the work while a thousand others have all connections, as a client does after a 503. */
  async function untilAvailable(work: () => Promise<unknown>): Promise<unknown> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Failure) || error.problem.code !== 'unavailable') throw error
      return await untilAvailable(work)
    }
  }

  /** Sign-ins by turns on both nodes, and in their midst the change. @returns what became of each */
  async function race(
    signIn: (index: number) => Promise<unknown>,
    change: () => Promise<unknown>,
  ): Promise<(string | null)[]> {
    let changed: Promise<unknown> = Promise.resolve()
    let signedIn = 0
    const outcomes = Array.from({ length: many }, async (_, index) => {
      const code = await outcome(signIn(index))
      if (code === null) signedIn += 1
      if (code === null && signedIn === 1) changed = untilAvailable(change)
      return code
    })
    const all = await Promise.all(outcomes)
    await changed
    expect(all.filter((code) => ![null, 'invalid_credentials', 'unavailable'].includes(code))).toEqual([])
    return all
  }

  it('A55: leaves no session of the old password, however late it was verified', {
    tags: 'long',
  }, async () => {
    const { account } = await register({ username: 'amina', password: old })
    const caller = await callerOf(await login('amina', old))
    const change = { currentPassword: old, newPassword: fresh }
    const outcomes = await race(
      // On one node, so that the change need not wait there until all of them are hashed.
      () => login('amina', old, 0),
      () => nodes[1].passwordChange.change(caller, change, context),
    )
    expect(outcomes).toContain(null)
    expect(outcomes).toContain('invalid_credentials')
    expect(await sessionsOf(account.id)).toEqual([caller.sessionId])
    expect(await outcome(login('amina', old))).toBe('invalid_credentials')
    expect(await outcome(login('amina', fresh))).toBeNull()
  })

  it('A55: starts no session for an old password that was verified just before the change', async () => {
    const { account } = await register({ username: 'grace', password: old })
    const caller = await callerOf(await login('grace', old))
    const hash = await nodes[1].passwords.hash({
      password: fresh,
      context: [],
      clientKey: '',
      onAdmitted: async () => undefined,
    })
    let late: Promise<string | null> = Promise.resolve(null)
    await inTransaction(otherDb, async (transaction) => {
      await nodes[1].accounts.lockActive(transaction, account.id)
      late = outcome(login('grace', old))
      // It is verified by then, and waits for the account.
      await setTimeout(500)
      await nodes[1].passwords.change(transaction, account.id, hash)
      await nodes[1].sessions.endAllButAccess(transaction, caller)
    })
    expect(await late).toBe('invalid_credentials')
    expect(await sessionsOf(account.id)).toEqual([caller.sessionId])
  })

  it('A55: leaves no session of the old user secret', { tags: 'long' }, async () => {
    const { account, userSecret } = await register({ username: 'baraka' })
    const secret = userSecret ?? ''
    const caller = await callerOf(await loginBySecret(secret))
    await race(
      (index) => loginBySecret(secret, index),
      () => nodes[1].secretRenewal.renew(caller, {}, context, null),
    )
    expect(await sessionsOf(account.id)).toEqual([caller.sessionId])
    expect(await outcome(loginBySecret(secret))).toBe('invalid_credentials')
  })

  it('is changed once, if many callers change it with the same proof at once', {
    tags: 'long',
  }, async () => {
    await register({ username: 'chebet', password: old })
    const callers = [await callerOf(await login('chebet', old)), await callerOf(await login('chebet', old))]
    const passwordOf = (index: number) => `${fresh} and ${index} swans`
    const outcomes = await Promise.all(
      Array.from({ length: many }, (_, index) => {
        const caller = callers[index % 2] as Principal
        const change = { currentPassword: old, newPassword: passwordOf(index) }
        return outcome(nodeAt(index).passwordChange.change(caller, change, context))
      }),
    )
    const winners = outcomes.flatMap((code, index) => (code === null ? [index] : []))
    expect(winners).toHaveLength(1)
    const others = ['invalid_credentials', 'invalid_token', 'unavailable']
    expect(outcomes.filter((code) => code !== null && !others.includes(code))).toEqual([])
    expect(await outcome(login('chebet', old))).toBe('invalid_credentials')
    expect(await outcome(login('chebet', passwordOf(winners[0] ?? -1)))).toBeNull()
  })

  it('is set once, if many callers set a first password at once', async () => {
    const { userSecret } = await register({ username: 'dalila' })
    const caller = await callerOf(await loginBySecret(userSecret ?? ''))
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const change = { newPassword: `${fresh} and ${index} swans` }
        return outcome(nodeAt(index).passwordChange.change(caller, change, context))
      }),
    )
    expect(outcomes.filter((code) => code === null)).toHaveLength(1)
    expect(outcomes.filter((code) => ![null, 'validation_failed', 'unavailable'].includes(code))).toEqual([])
  })

  it('I2: is not changed by a session that ends in the meantime', async () => {
    await register({ username: 'farida', password: old })
    const thief = await callerOf(await login('farida', old))
    const owner = await callerOf(await login('farida', old))
    const change = { currentPassword: old, newPassword: fresh }
    const [theft] = await Promise.all([
      outcome(nodes[0].passwordChange.change(thief, { ...change, newPassword: `${fresh} too` }, context)),
      nodes[1].logout.endOthers(owner, context),
    ])
    // Either came first; if the session did not live any more, nothing was changed.
    const right = theft === null ? `${fresh} too` : old
    expect([null, 'invalid_token']).toContain(theft)
    expect(await outcome(login('farida', right))).toBeNull()
  })
})

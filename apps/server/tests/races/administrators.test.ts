import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import { adminRole } from '../../src/features/authorization/roles/model.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { Failure } from '../../src/platform/kernel/failures.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { insertAccount } from '../support/account-rows.ts'
import { engines } from '../support/engines.ts'
import { raceSize } from '../support/race-size.ts'
import { requestFrom } from '../support/request-context.ts'
import { newRole } from '../support/roles.ts'
import { createMigratedDatabase, type MigratedDatabase, openDatabase } from '../support/test-database.ts'
import { wireNode } from '../support/wired-node.ts'

const context = requestFrom()

describe.each(engines)('administrators that many change at once, on two nodes of $name', (engine) => {
  let database: MigratedDatabase
  let otherDb: Database
  let nodes: readonly [Services, Services]
  beforeEach(async () => {
    database = await createMigratedDatabase(engine)
    otherDb = openDatabase(database.url)
    nodes = [wireNode({ db: database.db }), wireNode({ db: otherDb })]
  })
  afterEach(async () => {
    await otherDb?.destroy()
    await database?.drop()
  })

  const nodeAt = (index: number) => nodes[index % 2 === 0 ? 0 : 1]

  /** Null if it succeeded; the code of the refusal. A call that a thousand others crowd out is repeated. */
  async function outcome(work: () => Promise<unknown>): Promise<string | null> {
    try {
      await work()
      return null
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return error.problem.code === 'unavailable' ? await outcome(work) : error.problem.code
    }
  }

  const raced = (count: number, call: (index: number) => Promise<unknown>) =>
    Promise.all(Array.from({ length: count }, (_, index) => outcome(() => call(index))))

  async function newAccounts(count: number, role?: string): Promise<AccountId[]> {
    const ids = await Promise.all(Array.from({ length: count }, () => insertAccount(database.db)))
    for (const id of ids) {
      await nodes[0].roles.grant(database.db, id, 'user')
      if (role !== undefined) await nodes[0].roles.grant(database.db, id, role)
    }
    return ids
  }

  async function administrators(): Promise<string[]> {
    const rows = database.db
      .selectFrom('account_roles')
      .innerJoin('accounts', 'accounts.id', 'account_roles.account_id')
      .select('accounts.id')
      .where('account_roles.role', '=', adminRole)
      .where('accounts.status', '=', 'active')
    return (await rows.execute()).map(({ id }) => id)
  }

  /** Every way in which an account can stop to be an administrator. */
  const removals: readonly ((services: Services, id: AccountId) => Promise<unknown>)[] = [
    ({ roleAssignment }, id) => roleAssignment.remove(id, adminRole),
    ({ administration }, id) => administration.suspend(id),
    ({ administration }, id) => administration.erase(id),
  ]

  async function removeAll(ids: readonly AccountId[], count: number): Promise<(string | null)[]> {
    return await raced(count, async (index) => {
      const id = ids[index % ids.length] ?? newId<AccountId>()
      await removals[Math.floor(index / ids.length) % removals.length]?.(nodeAt(index), id)
    })
  }

  it('keep the last one of two that remove each other in the same moment', async () => {
    for (let round = 0; round < 6; round++) {
      const [one, other] = await newAccounts(2, adminRole)
      if (one === undefined || other === undefined) throw new Error('two accounts')
      const removal = removals[round % removals.length]
      const outcomes = await Promise.all([
        outcome(async () => removal?.(nodes[0], one)),
        outcome(async () => removal?.(nodes[1], other)),
      ])
      expect(outcomes.toSorted()).toEqual(['last_administrator', null])
      const [left = ''] = await administrators()
      expect([one, other]).toContain(left)
      // The next round begins with two of its own.
      await database.db.deleteFrom('account_roles').where('role', '=', adminRole).execute()
    }
  })

  it('keep the last one of twenty that many remove', { tags: 'long' }, async () => {
    const outcomes = await removeAll(await newAccounts(20, adminRole), raceSize)
    expect(await administrators()).toHaveLength(1)
    expect(outcomes).toContain('last_administrator')
    expect(new Set(outcomes)).toEqual(new Set([null, 'last_administrator', 'not_found']))
  })

  it('A13: are one, if many use the link of the first start', { tags: 'long' }, async () => {
    const names = Array.from({ length: 20 }, (_, index) => `person-${index}`)
    const source = { context, idempotencyKey: null }
    for (const username of names) await nodes[0].registration.create({ username }, source)
    const token = (await nodes[0].setup.newLink()) ?? ''
    const outcomes = await raced(raceSize, (index) =>
      nodeAt(index).setup.chooseAdministrator(token, names[index % names.length] ?? '', context),
    )
    expect(outcomes.filter((code) => code === null)).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set([null, 'forbidden']))
    expect(await administrators()).toHaveLength(1)
    expect(await nodes[1].setup.newLink()).toBeNull()
    expect(await outcome(() => nodes[1].setup.lookAt(token))).toBe('forbidden')
  })

  it('A13: are one, if several links are used at once to create an account, and the others create none', async () => {
    const tokens = await Promise.all(nodes.map(async ({ setup }) => (await setup.newLink()) ?? ''))
    const outcomes = await raced(10, (index) =>
      nodeAt(index).setup.createAdministrator(
        tokens[index % 2] ?? '',
        { username: `owner-${index}`, password: 'seven green bottles stand here' },
        context,
      ),
    )
    expect(outcomes.filter((code) => code === null)).toHaveLength(1)
    const accounts = await database.db.selectFrom('accounts').select('id').execute()
    expect(accounts.map(({ id }) => id)).toEqual(await administrators())
  })

  it('give and take the roles of one account many times, and none is lost', {
    tags: 'long',
  }, async () => {
    const [id] = await newAccounts(1)
    if (id === undefined) throw new Error('an account')
    const names: string[] = []
    for (let count = 0; count < 10; count++) names.push(await newRole(nodes[0], ['users:read']))
    const outcomes = await raced(raceSize, (index) => {
      const name = names[index % names.length] ?? ''
      const { roleAssignment } = nodeAt(index)
      return Math.floor(index / names.length) % 2 === 0
        ? roleAssignment.add(id, name)
        : roleAssignment.remove(id, name)
    })
    expect(new Set(outcomes)).toEqual(new Set([null]))
    await Promise.all(names.map((name, index) => nodeAt(index).roleAssignment.add(id, name)))
    expect(await nodes[1].roles.rolesOf(otherDb, id)).toEqual([...names, 'user'].sort())
  })

  it('delete a role while others give it, and no one is left with it', async () => {
    const ids = await newAccounts(10)
    const name = await newRole(nodes[0], ['users:read'])
    const given = ids.map((id, index) => outcome(() => nodeAt(index).roleAssignment.add(id, name)))
    const deleted = outcome(() => nodes[1].roleDefinitions.delete(name, { caller: null, context }))
    expect(await deleted).toBeNull()
    for (const code of await Promise.all(given)) expect([null, 'validation_failed']).toContain(code)
    const left = database.db.selectFrom('account_roles').select('role').where('role', '=', name)
    expect(await left.execute()).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

const origin = { context: requestFrom(), idempotencyKey: null }

describe.each(engines)('external ids on $name', (engine) => {
  let database: MigratedDatabase
  let services: Services
  let count = 0
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    services = wireNode({ db: database.db, env: { PROXIMA_VERIFICATION: 'off' } })
  })
  afterAll(async () => await database?.drop())

  async function newAccount(): Promise<AccountId> {
    count += 1
    return (await services.registration.create({ username: `person-${count}` }, origin)).account.id
  }

  /** A source that no other test uses. */
  const newSource = () => {
    count += 1
    return `source-${count}`
  }

  const add = (source: string, ...added: { readonly accountId: AccountId; readonly id: string }[]) =>
    inTransaction(database.db, (transaction) => services.externalIds.add(transaction, source, added))
  const find = (source: string, id: string) => services.externalIds.find(database.db, { source, id })
  const numberOf = (accountId: AccountId, source: string) =>
    services.externalIds.numberOf(database.db, accountId, source)

  it('find the account that has one, whatever the id looks like', async () => {
    const [one, other, source] = [await newAccount(), await newAccount(), newSource()]
    const ids = ['7', '07', 'a', 'A', 'ä', '0d9a5f3e-5b0c-4a37-8f9b-2f4f7a1c9d10', 'with: colon']
    await add(source, ...ids.map((id, index) => ({ accountId: index % 2 === 0 ? one : other, id })))
    for (const [index, id] of ids.entries())
      expect(await find(source, id)).toBe(index % 2 === 0 ? one : other)
    expect(await find(source, '8')).toBeNull()
    expect(await find(newSource(), '7')).toBeNull()
    const listed = await services.externalIds.list(database.db, other)
    expect(listed.map(({ id }) => id).toSorted()).toEqual(
      ['07', 'A', '0d9a5f3e-5b0c-4a37-8f9b-2f4f7a1c9d10'].toSorted(),
    )
  })

  it('can be added again, and no other account gets one', async () => {
    const [one, other, source] = [await newAccount(), await newAccount(), newSource()]
    await add(source, { accountId: one, id: '7' })
    await add(source, { accountId: one, id: '7' }, { accountId: one, id: '8' })
    await expect(
      add(source, { accountId: other, id: '9' }, { accountId: other, id: '7' }),
    ).rejects.toMatchObject({
      problem: { code: 'external_id_taken' },
    })
    expect(await find(source, '9')).toBeNull()
    await expect(
      add(source, { accountId: one, id: '10' }, { accountId: other, id: '10' }),
    ).rejects.toMatchObject({ problem: { code: 'external_id_taken' } })
  })

  it('I1: of two imports at once that give one id to two accounts, one is refused', async () => {
    const source = newSource()
    const accounts = await Promise.all([newAccount(), newAccount()])
    const outcomes = await Promise.allSettled(
      accounts.map((accountId) => add(source, { accountId, id: 'x' })),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(accounts).toContain(await find(source, 'x'))
  })

  it('number accounts after the highest number that was imported', async () => {
    const source = newSource()
    const [imported, late, uuid] = [await newAccount(), await newAccount(), await newAccount()]
    await add(source, { accountId: imported, id: '41' })
    await add(source, { accountId: late, id: '12' }, { accountId: uuid, id: 'not-a-number' })
    expect(await numberOf(imported, source)).toBe(41)
    expect(await numberOf(late, source)).toBe(12)
    expect(await numberOf(uuid, source)).toBe(42)
    expect(await numberOf(uuid, source)).toBe(42)
    expect(await find(source, '42')).toBe(uuid)
    expect(await find(source, '43')).toBeNull()
    const next = await newAccount()
    const numbers = await services.externalIds.numbersOf(database.db, [late, next, uuid], source)
    expect(numbers).toEqual(
      new Map([
        [late, 12],
        [uuid, 42],
        [next, 43],
      ]),
    )
  })

  it('I1: give each of many accounts at once a number of its own, and one account a single one', async () => {
    const source = newSource()
    const accounts = await Promise.all(Array.from({ length: 6 }, newAccount))
    const twice = [...accounts, ...accounts]
    const numbers = await Promise.all(twice.map((accountId) => numberOf(accountId, source)))
    expect(numbers.slice(6)).toEqual(numbers.slice(0, 6))
    expect(numbers.slice(0, 6).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('I9: never give the number of an erased account to another', async () => {
    const source = newSource()
    const [erased, next] = [await newAccount(), await newAccount()]
    expect(await numberOf(erased, source)).toBe(1)
    await inTransaction(database.db, (transaction) => services.accounts.delete(transaction, erased))
    expect(await find(source, '1')).toBeNull()
    expect(await numberOf(next, source)).toBe(2)
    await expect(numberOf(erased, source)).rejects.toMatchObject({ problem: { code: 'not_found' } })
  })
})

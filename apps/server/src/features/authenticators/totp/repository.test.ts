import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import type { Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type AccountId, type FactorId, newId } from '../../../platform/kernel/ids.ts'
import type { TotpSecret } from './model.ts'
import { TotpRepository } from './repository.ts'

const totp = new TotpRepository()
type State = TotpSecret['state']
const otherStates: Record<State, State> = { pending: 'confirmed', confirmed: 'pending' }
const accepted = { step: 9, now: new Date(1) }

interface Owner {
  readonly accountId: AccountId
  /** The secret in each state. */
  readonly ids: Readonly<Record<State, FactorId>>
}

/** Methods that find or change the secret in one state: given that of the other, they do nothing. */
const methods: [name: string, state: State, run: (db: Transaction, owner: Owner, id: FactorId) => unknown][] =
  [
    ['delete', 'confirmed', (db, { accountId }, id) => totp.delete(db, accountId, id)],
    ['rename', 'confirmed', (db, { accountId }, id) => totp.rename(db, accountId, id, 'New phone')],
    ['accept', 'confirmed', (db, _owner, id) => totp.accept(db, id, accepted)],
    ['confirm', 'pending', (db, _owner, id) => totp.confirm(db, id, accepted)],
  ]

describe.each(engines)('the secrets of authenticator apps on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  const run = <T>(work: (db: Transaction) => Promise<T>) => inTransaction(database.db, work)

  /** An account that has a confirmed secret, and another that waits for its code. */
  async function newOwner(): Promise<Owner> {
    const accountId = await insertAccount(database.db)
    const ids: Record<State, FactorId> = { pending: newId(), confirmed: newId() }
    for (const state of ['pending', 'confirmed'] as const) {
      const times = { createdAt: new Date(0), lastUsedAt: null, lastStep: null }
      const secret = { id: ids[state], state, name: 'Phone', secretSealed: `${state} secret`, ...times }
      await run((db) => totp.insert(db, accountId, secret))
    }
    return { accountId, ids }
  }
  const read = async ({ accountId }: Owner) => {
    const [pending, confirmed] = await Promise.all(
      (['pending', 'confirmed'] as const).map((state) => totp.find(database.db, accountId, state)),
    )
    return { pending, confirmed }
  }

  it('are found by their state', async () => {
    const owner = await newOwner()
    const { pending, confirmed } = await read(owner)
    expect(pending).toMatchObject({ id: owner.ids.pending, secretSealed: 'pending secret' })
    expect(confirmed).toMatchObject({ id: owner.ids.confirmed, secretSealed: 'confirmed secret' })
  })

  it.each(['pending', 'confirmed'] as const)('are deleted only in the state %s', async (state) => {
    const owner = await newOwner()
    const before = await read(owner)
    await run((db) => totp.deleteState(db, owner.accountId, state))
    expect(await read(owner)).toEqual({ ...before, [state]: null })
  })

  it.each(methods)('A93: %s changes a secret that is %s, and no other', async (name, state, change) => {
    const owner = await newOwner()
    const before = await read(owner)
    expect(await run(async (db) => await change(db, owner, owner.ids[otherStates[state]]))).toBe(false)
    expect(await read(owner)).toEqual(before)
    // The confirmed secret is deleted before another is confirmed.
    if (name === 'confirm') await run((db) => totp.delete(db, owner.accountId, owner.ids.confirmed))
    expect(await run(async (db) => await change(db, owner, owner.ids[state]))).toBe(true)
    expect(await read(owner)).not.toEqual(before)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { resealAll } from '../../../../tests/support/resealing.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { AccountsRepository } from './repository.ts'
import { AccountsService } from './service.ts'

const before = { current: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' }
const after = { current: 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853' }
const both = { ...after, previous: [before.current] }
/** More than are sealed anew in one step. */
const people = 105

describe.each(engines)('sealing private details anew on $name', (engine) => {
  let database: MigratedDatabase
  const ids: AccountId[] = []
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const accounts = serviceWith(before)
    await database.db.transaction().execute(async (db) => {
      for (let index = 0; index < people; index++) {
        const account = accounts.read({ username: `person-${index}` })
        ids.push((await accounts.create(db, { ...account, ...detailsOf(index) })).id)
      }
      await accounts.create(db, accounts.read({ username: 'nothing-to-hide' }))
    })
  })
  afterAll(async () => await database?.drop())

  const detailsOf = (index: number) => ({ address: `${index} Kenyatta Avenue`, nationalId: null })

  function serviceWith(
    secrets: typeof both | typeof before,
    accounts = new AccountsRepository(),
  ): AccountsService {
    const { db } = database
    return new AccountsService({
      db,
      accounts,
      sealer: new Sealer(secrets),
      clock: new FrozenClock(),
      revocations: { recordAccount: async () => undefined },
      defaultRegion: null,
      usernameRestDays: 90,
    })
  }

  it('counts them and changes nothing in a trial', async () => {
    const sealed = await database.db.selectFrom('accounts').select('address_sealed').execute()
    expect(await resealAll(serviceWith(both), true)).toEqual([100, 5, 0])
    expect(await database.db.selectFrom('accounts').select('address_sealed').execute()).toEqual(sealed)
  })

  it('fails by name without the secret that they were sealed with', async () => {
    await expect(resealAll(serviceWith(after), false)).rejects.toMatchObject({ name: 'WrongMasterSecret' })
  })

  it('does not overwrite what somebody changes at the same moment', async () => {
    const [first] = ids.toSorted()
    if (first === undefined) throw new Error('there is nobody')
    const repository = new AccountsRepository()
    repository.listSealed = async (...parameters) => {
      const listed = await AccountsRepository.prototype.listSealed.apply(repository, parameters)
      await serviceWith(both).update(first, { address: '7 Moi Avenue' })
      return listed
    }
    await serviceWith(both, repository).reseal({ after: null, isTrial: false })
    const account = await serviceWith(after).get(first)
    expect(serviceWith(after).detailsOf(account).address).toBe('7 Moi Avenue')
  })

  it('goes on where it was cut off, while servers read and write, and then needs the current secret alone', async () => {
    // Only the first step has run; a run that starts anew passes over what is done.
    expect(await resealAll(serviceWith(both), false)).toEqual([0, 5, 0])
    expect(await resealAll(serviceWith(both), false)).toEqual([0, 0, 0])
    const accounts = serviceWith(after)
    for (const [index, id] of ids.entries()) {
      const details = accounts.detailsOf(await accounts.get(id))
      if (id !== ids.toSorted()[0]) expect(details).toEqual(detailsOf(index))
    }
  })
})

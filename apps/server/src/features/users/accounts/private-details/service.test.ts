import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../../tests/support/account-rows.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { resealAll } from '../../../../../tests/support/resealing.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { Sealer } from '../../../../platform/crypto/sealing.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { AccountsRepository } from '../repository.ts'
import { PrivateDetailsService } from './service.ts'

const before = { current: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' }
const after = { current: 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853' }
const both = { ...after, previous: [before.current] }
/** More than are resealed in one step. */
const people = 105

describe.each(engines)('resealing private details on $name', (engine) => {
  let database: MigratedDatabase
  const ids: AccountId[] = []
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    for (let index = 0; index < people; index++) {
      const id = await insertAccount(database.db)
      await store(id, serviceWith(before), detailsOf(index))
      ids.push(id)
    }
    await insertAccount(database.db)
  })
  afterAll(async () => await database?.drop())

  const repository = new AccountsRepository()
  const detailsOf = (index: number) => ({ address: `${index} Kenyatta Avenue`, nationalId: null })

  function serviceWith(secrets: typeof both | typeof before, accounts = repository): PrivateDetailsService {
    return new PrivateDetailsService({ db: database.db, accounts, sealer: new Sealer(secrets) })
  }

  async function store(id: AccountId, privateDetails: PrivateDetailsService, details: object): Promise<void> {
    await repository.update(database.db, id, privateDetails.seal(id, details))
  }

  async function open(id: AccountId) {
    const account = await repository.findById(database.db, id)
    if (account === null) throw new Error('there is no such account')
    return serviceWith(after).open(account)
  }

  it('counts them and changes nothing in a dry run', async () => {
    const sealed = await database.db.selectFrom('accounts').select('address_sealed').execute()
    expect(await resealAll(serviceWith(both), true)).toEqual([100, 5, 0])
    expect(await database.db.selectFrom('accounts').select('address_sealed').execute()).toEqual(sealed)
  })

  it('fails with a named error without the secret that sealed them', async () => {
    await expect(resealAll(serviceWith(after), false)).rejects.toMatchObject({ name: 'WrongMasterSecret' })
  })

  it('does not overwrite a change that is made at the same moment', async () => {
    const [first] = ids.toSorted()
    if (first === undefined) throw new Error('there is no account')
    const slow = new AccountsRepository()
    slow.listSealed = async (...parameters) => {
      const listed = await repository.listSealed(...parameters)
      await store(first, serviceWith(both), { address: '7 Moi Avenue' })
      return listed
    }
    await serviceWith(both, slow).reseal({ after: null, dryRun: false })
    expect((await open(first)).address).toBe('7 Moi Avenue')
  })

  it('continues where it was interrupted, and then only the current secret is needed', async () => {
    // Only the first step has run; a second run passes over what is done.
    expect(await resealAll(serviceWith(both), false)).toEqual([0, 5, 0])
    expect(await resealAll(serviceWith(both), false)).toEqual([0, 0, 0])
    for (const [index, id] of ids.entries())
      if (id !== ids.toSorted()[0]) expect(await open(id)).toEqual(detailsOf(index))
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { resealAll } from '../../../../tests/support/resealing.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { PrivateDetailsService } from '../accounts/private-details/service.ts'
import { AccountsRepository } from '../accounts/repository.ts'
import { AccountsService } from '../accounts/service.ts'
import { ProfilesRepository } from './repository.ts'
import { ProfilesService } from './service.ts'

const before = { current: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' }
const after = { current: 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853' }
const both = { ...after, previous: [before.current] }
/** More than are sealed anew in one step. */
const people = 105

describe.each(engines)('profiles on $name', (engine) => {
  let database: MigratedDatabase
  const ids: AccountId[] = []
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const profiles = serviceWith(before)
    for (let index = 0; index < people; index++) {
      const id = await insertAccount(database.db)
      await profiles.update(id, { homeAddress: `${index} Kimathi Way` }, null, noRequest)
      ids.push(id)
    }
    await profiles.update(await insertAccount(database.db), { county: 'Nyeri' }, null, noRequest)
  })
  afterAll(async () => await database?.drop())

  function serviceWith(
    secrets: typeof both | typeof before,
    profiles = new ProfilesRepository(),
  ): ProfilesService {
    const { db } = database
    const sealer = new Sealer(secrets)
    const clock = new FrozenClock()
    const repository = new AccountsRepository()
    const privateDetails = new PrivateDetailsService({ db, accounts: repository, sealer })
    const revocations = { recordAccount: async () => undefined }
    const administrators = { assertOthersRemain: async () => undefined }
    const formerContacts = { findHeld: async () => null }
    const audit = { success: async () => undefined }
    const shared = { db, audit, accounts: repository, administrators, formerContacts, revocations, clock }
    const counting = { changePeople: async () => undefined }
    const accounts = new AccountsService({ ...shared, counting, privateDetails })
    const pictures = { find: async () => null, urlOf: () => '' }
    return new ProfilesService({ db, audit, profiles, accounts, pictures, sealer })
  }

  /** Reads, and lets `meanwhile` happen before it goes on. */
  function readingThen(meanwhile: () => Promise<unknown>): ProfilesRepository {
    const repository = new ProfilesRepository()
    let isFirst = true
    repository.find = async (...parameters) => {
      const found = await ProfilesRepository.prototype.find.apply(repository, parameters)
      if (isFirst) await meanwhile()
      isFirst = false
      return found
    }
    return repository
  }

  it.each(['empty', 'filled'])(
    'that are %s are changed only in the version that If-Match names',
    async (begin) => {
      const id = await insertAccount(database.db)
      const profiles = serviceWith(before)
      if (begin === 'filled') await profiles.update(id, { description: 'There is one' }, null, noRequest)
      const { version } = await profiles.get(id)
      const slow = serviceWith(
        before,
        readingThen(() => profiles.update(id, { county: 'Nyeri' }, null, noRequest)),
      )
      const update = slow.update(id, { county: 'Overwritten' }, [version], noRequest)
      await expect(update).rejects.toMatchObject({ problem: { code: 'precondition_failed' } })
      expect(await profiles.get(id)).toMatchObject({ county: 'Nyeri' })
      const other = serviceWith(
        before,
        readingThen(() => profiles.update(id, { occupation: 'Nurse' }, null, noRequest)),
      )
      const changed = await other.update(id, { county: 'Kirinyaga' }, null, noRequest)
      expect(changed).toMatchObject({ county: 'Kirinyaga', occupation: 'Nurse' })
    },
  )

  it.each(['suspended', 'erased'] as const)(
    'are not begun for an account that is %s at the same moment',
    async (end) => {
      const id = await insertAccount(database.db)
      const repository = readingThen(async () => {
        if (end === 'erased') await database.db.deleteFrom('accounts').where('id', '=', id).execute()
        else await database.db.updateTable('accounts').set({ status: end }).where('id', '=', id).execute()
      })
      const update = serviceWith(before, repository).update(id, { county: 'Nyeri' }, null, noRequest)
      await expect(update).rejects.toMatchObject({ problem: { code: 'not_found' } })
      expect(await new ProfilesRepository().find(database.db, id)).toBeNull()
    },
  )

  it('are counted, and not changed, by a dry run of resealing', async () => {
    const sealed = database.db.selectFrom('profiles').select('home_address_sealed').orderBy('account_id')
    const rows = await sealed.execute()
    expect(await resealAll(serviceWith(both), true)).toEqual([100, 5, 0])
    expect(await sealed.execute()).toEqual(rows)
    await expect(resealAll(serviceWith(after), false)).rejects.toMatchObject({ name: 'WrongMasterSecret' })
  })

  it('are resealed without overwriting a simultaneous change, and keep their version', async () => {
    const [first] = ids
    if (first === undefined) throw new Error('there is nobody')
    const versions = database.db
      .selectFrom('profiles')
      .select('version')
      .where('account_id', 'in', ids.slice(1))
    const versionsBefore = await versions.orderBy('account_id').execute()
    const repository = new ProfilesRepository()
    repository.listSealed = async (...parameters) => {
      const listed = await ProfilesRepository.prototype.listSealed.apply(repository, parameters)
      await serviceWith(both).update(first, { homeAddress: '7 Moi Avenue' }, null, noRequest)
      return listed
    }
    await serviceWith(both, repository).reseal({ after: null, dryRun: false })
    expect(await resealAll(serviceWith(both), false)).toEqual([0, 5, 0])
    const profiles = serviceWith(after)
    for (const [index, id] of ids.entries()) {
      const expected = id === first ? '7 Moi Avenue' : `${index} Kimathi Way`
      expect((await profiles.get(id)).homeAddress).toBe(expected)
    }
    expect(await versions.orderBy('account_id').execute()).toEqual(versionsBefore)
  })
})

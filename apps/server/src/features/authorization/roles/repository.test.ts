import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { RolesRepository } from './repository.ts'

const roles = new RolesRepository()

describe.each(engines)('roles on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  it('are listed in one order on every engine, capitals first, and are compared exactly', async () => {
    const id = await insertAccount(database.db)
    const given = ['user', 'admin', 'Admin', 'äuditor', 'user ', 'zoo', '_x', '😀']
    for (const role of given) await roles.insert(database.db, id, role)
    const listed = await roles.findByAccount(database.db, id)
    expect(listed).toEqual(['Admin', '_x', 'admin', 'user', 'user ', 'zoo', 'äuditor', '😀'])
  })

  it('exist once per account, and only for an existing account', async () => {
    const id = await insertAccount(database.db)
    await roles.insert(database.db, id, 'user')
    await expect(roles.insert(database.db, id, 'user')).rejects.toBeInstanceOf(UniqueViolation)
    await expect(roles.insert(database.db, newId<AccountId>(), 'user')).rejects.toThrow()
    expect(await roles.findByAccount(database.db, id)).toEqual(['user'])
  })

  it('of one account do not belong to another', async () => {
    const [one, other] = [await insertAccount(database.db), await insertAccount(database.db)]
    await roles.insert(database.db, one, 'admin')
    expect(await roles.findByAccount(database.db, other)).toEqual([])
  })
})

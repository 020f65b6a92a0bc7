import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { insertRoles } from '../../../../tests/support/roles.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { ownPermissions } from '../../../platform/kernel/permission.ts'
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
    await insertRoles(database.db, ...given.slice(2))
    for (const role of given) await roles.insert(database.db, id, role)
    const listed = await roles.findByAccount(database.db, id)
    expect(listed.roles).toEqual(['Admin', '_x', 'admin', 'user', 'user ', 'zoo', 'äuditor', '😀'])
  })

  it('exist once per account, and only for an existing account and an existing role', async () => {
    const id = await insertAccount(database.db)
    await roles.insert(database.db, id, 'user')
    await expect(roles.insert(database.db, id, 'user')).rejects.toBeInstanceOf(UniqueViolation)
    await expect(roles.insert(database.db, newId<AccountId>(), 'user')).rejects.toThrow()
    await expect(roles.insert(database.db, id, 'unknown')).rejects.toThrow()
    expect((await roles.findByAccount(database.db, id)).roles).toEqual(['user'])
  })

  it('of one account do not belong to another', async () => {
    const [one, other] = [await insertAccount(database.db), await insertAccount(database.db)]
    await roles.insert(database.db, one, 'admin')
    expect(await roles.findByAccount(database.db, other)).toEqual({ roles: [], permissions: [] })
  })

  it('bring their permissions, each once and sorted, and admin brings every one of ours', async () => {
    const id = await insertAccount(database.db)
    await insertRoles(database.db, 'one', 'other')
    const permissions = ['users:read', 'moments:publish', 'audit:read'].flatMap((permission) => [
      { role: 'one', permission },
      { role: 'other', permission },
    ])
    await database.db.insertInto('role_permissions').values(permissions).execute()
    for (const role of ['other', 'user', 'one']) await roles.insert(database.db, id, role)
    expect(await roles.findByAccount(database.db, id)).toEqual({
      roles: ['one', 'other', 'user'],
      permissions: ['audit:read', 'moments:publish', 'users:read'],
    })
    await roles.insert(database.db, id, 'admin')
    const all = (await roles.findByAccount(database.db, id)).permissions
    expect(all).toEqual(expect.arrayContaining([...ownPermissions]))
  })
})

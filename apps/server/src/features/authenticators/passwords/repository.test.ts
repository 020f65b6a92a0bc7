import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { newId, noAccountId } from '../../../platform/kernel/ids.ts'
import { PasswordsRepository } from './repository.ts'

const passwords = new PasswordsRepository()
const hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$VGhlIGhhc2gsIHdoaWNoIGlzIHRoaXJ0eS10d28gYnl0ZXM'
const password = { hash, importedWork: null, version: newId(), changedAt: new Date(0) }

describe.each(engines)('passwords on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  it('are read unchanged, only for their own account', async () => {
    const [id, other] = [await insertAccount(database.db), await insertAccount(database.db)]
    await passwords.insert(database.db, id, password)
    expect((await passwords.find(database.db, id))?.hash).toBe(hash)
    expect(await passwords.find(database.db, other)).toBeNull()
    expect(await passwords.find(database.db, noAccountId)).toBeNull()
  })

  it('are stored in the same form, whether one at a time or many at once', async () => {
    const { db } = database
    const [one, many] = [await insertAccount(db), await insertAccount(db)]
    const imported = { ...password, importedWork: 'bcrypt,12' }
    await passwords.insert(db, one, imported)
    await inTransaction(db, (transaction) =>
      passwords.insertAll(transaction, [{ accountId: many, ...imported }]),
    )
    const rows = db.selectFrom('passwords').select(['hash', 'imported_work', 'version', 'changed_at'])
    const [first, second] = await rows.where('account_id', 'in', [one, many]).execute()
    expect(second).toEqual(first)
    expect(await passwords.listImportedWorks(db)).toEqual(['bcrypt,12'])
  })

  it('exist once per account', async () => {
    const id = await insertAccount(database.db)
    await passwords.insert(database.db, id, password)
    await expect(passwords.insert(database.db, id, { ...password, hash: 'second' })).rejects.toBeInstanceOf(
      UniqueViolation,
    )
    expect((await passwords.find(database.db, id))?.hash).toBe(hash)
  })

  it('are hashed again only if the stored hash is exactly the one that was read', async () => {
    const id = await insertAccount(database.db)
    await passwords.insert(database.db, id, { ...password, changedAt: new Date(7) })
    for (const from of [hash.toUpperCase(), `${hash} `, 'another'])
      await passwords.replaceHash(database.db, id, { from, to: 'stale' })
    expect((await passwords.find(database.db, id))?.hash).toBe(hash)
    await passwords.replaceHash(database.db, id, { from: hash, to: 'fresh' })
    expect((await passwords.find(database.db, id))?.hash).toBe('fresh')
    const row = database.db.selectFrom('passwords').select('changed_at').where('account_id', '=', id)
    expect((await row.executeTakeFirst())?.changed_at).toBe(7)
  })
})

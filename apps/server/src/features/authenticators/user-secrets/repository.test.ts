import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import { AccountsRepository } from '../../users/accounts/repository.ts'
import { UserSecretsRepository } from './repository.ts'

const secrets = new UserSecretsRepository(new AccountsRepository())

describe.each(engines)('user secrets on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  const secret = (digest: string, keyId: string | null = null) => ({ digest, keyId, importedHash: null })
  const ownerOf = async (digest: string, keyId: string | null = null) =>
    (await secrets.findOwner(database.db, digest, keyId))?.account.id

  it('A85: find their owner only by their exact digest', async () => {
    const id = await insertAccount(database.db)
    const digest = 'uSGhVzwmMVW1iYLEGyWZWOx4Wp6fSn1ZeVzdDRCRyfE'
    await secrets.insert(database.db, id, secret(digest), new Date(0))
    expect(await ownerOf(digest)).toBe(id)
    for (const other of [
      digest.toLowerCase(),
      digest.toUpperCase(),
      `${digest} `,
      digest.slice(0, -1),
      '',
      '%',
    ])
      expect(await ownerOf(other), other).toBeUndefined()
  })

  it('exist once per account, and no two accounts have the same', async () => {
    const [one, other] = [await insertAccount(database.db), await insertAccount(database.db)]
    await secrets.insert(database.db, one, secret('first'), new Date(0))
    await expect(secrets.insert(database.db, one, secret('second'), new Date(0))).rejects.toBeInstanceOf(
      UniqueViolation,
    )
    const same = secrets.insert(database.db, other, secret('first'), new Date(0))
    await expect(same).rejects.toMatchObject({ constraint: 'user_secrets_digest' })
    expect(await ownerOf('first')).toBe(one)
  })
  it('of another system are found only together with their key id, which exists once', async () => {
    const [one, other] = [await insertAccount(database.db), await insertAccount(database.db)]
    await secrets.insert(database.db, one, secret('keyed', 'key-1'), new Date(0))
    expect(await ownerOf('keyed', 'key-1')).toBe(one)
    for (const keyId of [null, 'key-2', 'KEY-1', '']) expect(await ownerOf('keyed', keyId)).toBeUndefined()
    const same = secrets.insert(database.db, other, secret('another', 'key-1'), new Date(0))
    await expect(same).rejects.toMatchObject({ constraint: 'user_secrets_key_id' })
  })

  it('of another system get a digest only in place of the hash that was read', async () => {
    const id = await insertAccount(database.db)
    const imported = { digest: null, keyId: 'key-3', importedHash: 'hash' }
    await secrets.insert(database.db, id, imported, new Date(0))
    expect(await secrets.findImported(database.db, 'KEY-3')).toBeNull()
    const found = { accountId: id, importedHash: 'hash' }
    expect(await secrets.findImported(database.db, 'key-3')).toEqual(found)
    await secrets.replaceImported(database.db, { accountId: id, importedHash: 'HASH' }, 'stale')
    expect(await secrets.findImported(database.db, 'key-3')).toEqual(found)
    await secrets.replaceImported(database.db, found, 'fresh')
    expect(await secrets.findImported(database.db, 'key-3')).toBeNull()
    expect(await ownerOf('fresh', 'key-3')).toBe(id)
  })
})

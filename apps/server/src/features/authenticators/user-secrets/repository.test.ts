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

  const ownerOf = async (digest: string) => (await secrets.findOwner(database.db, digest))?.account.id

  it('A85: find their owner only by their exact digest', async () => {
    const id = await insertAccount(database.db)
    const digest = 'uSGhVzwmMVW1iYLEGyWZWOx4Wp6fSn1ZeVzdDRCRyfE'
    await secrets.insert(database.db, id, digest, new Date(0))
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
    await secrets.insert(database.db, one, 'first', new Date(0))
    await expect(secrets.insert(database.db, one, 'second', new Date(0))).rejects.toBeInstanceOf(
      UniqueViolation,
    )
    const same = secrets.insert(database.db, other, 'first', new Date(0))
    await expect(same).rejects.toMatchObject({ constraint: 'user_secrets_digest' })
    expect(await ownerOf('first')).toBe(one)
  })
})

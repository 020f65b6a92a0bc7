import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'

const strong = `$2b$12$${'C'.repeat(21)}.${'E'.repeat(30)}.`
const weak = strong.replace('$12$', '$04$')

describe('the password hash of another system', () => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(sqlite)
  })
  afterAll(async () => await database?.drop())

  it('A46: is stored as it is if it is strong, inside another hash if it is weak, and refused if it is none', async () => {
    const { passwords } = wireNode({ db: database.db })
    expect(await passwords.importHash(strong)).toBe(strong)
    expect(await passwords.importHash(weak)).toMatch(/^\$wrapped\$bcrypt,4\$/)
    await expect(passwords.importHash('not a hash')).rejects.toMatchObject({
      problem: { code: 'validation_failed' },
      errors: [{ pointer: '/password_hash', code: 'not_accepted' }],
    })
  })
})

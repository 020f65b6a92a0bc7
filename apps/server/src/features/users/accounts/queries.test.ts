import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountRow } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { byEmail, byPhoneNumber, byUsername } from './queries.ts'

describe.each(engines)('looking up an account on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const identifiers = {
      username: 'amina',
      username_canonical: 'amina',
      email: 'amina@example.com',
      email_canonical: 'amina@example.com',
      phone_number: '+254712345678',
    }
    const row = accountRow(identifiers)
    await database.db.insertInto('accounts').values(row).execute()
  })
  afterAll(async () => await database?.drop())

  const lookUps = {
    username: (value: string) => byUsername.execute(database.db, { value }),
    email: (value: string) => byEmail.execute(database.db, { value }),
    'phone number': (value: string) => byPhoneNumber.execute(database.db, { value, former: value }),
  }

  it.each([
    ['username', 'amina', 'nobody'],
    ['email', 'amina@example.com', 'nobody@example.com'],
    ['phone number', '+254712345678', '+254700000000'],
  ] as const)(
    'A34: by %s finds one row with the same columns, whether or not there is one',
    async (kind, known, unknown) => {
      const [found, ...others] = await lookUps[kind](known)
      expect(found).toMatchObject({ username: 'amina', status: 'active' })
      expect(others).toEqual([])
      const nulls = Object.fromEntries(Object.keys(found ?? {}).map((column) => [column, null]))
      expect(await lookUps[kind](unknown)).toEqual([nulls])
    },
  )
})

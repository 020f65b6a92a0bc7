import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accountRow, insertAccount, rollBackIf } from '../../../../tests/support/account-rows.ts'
import { confusableTexts } from '../../../../tests/support/confusable-texts.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type AccountId, newId, type SessionId } from '../../../platform/kernel/ids.ts'
import { PasswordsRepository } from '../../authenticators/passwords/repository.ts'
import { UserSecretsRepository } from '../../authenticators/user-secrets/repository.ts'
import { RolesRepository } from '../../authorization/roles/repository.ts'
import { SessionsRepository } from '../../session-management/sessions/repository.ts'
import { type AccountRow, AccountsRepository } from './repository.ts'

const accounts = new AccountsRepository()

describe.each(engines)('accounts on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())
  beforeEach(async () => void (await database.db.deleteFrom('accounts').execute()))

  function insert(columns: Partial<AccountRow>, skeletons: readonly string[] = []) {
    const isRefusal = (taken: string | null) => taken !== null
    return rollBackIf(database.db, isRefusal, (db) => accounts.insert(db, accountRow(columns), skeletons))
  }

  it.each([
    ['active', ['active', 'any']],
    ['deleted', ['deleted', 'inactive', 'any']],
    ['suspended', ['inactive', 'any']],
  ] as const)('I2: an account that is %s is locked as %j alone', async (status, expected) => {
    const id = await insertAccount(database.db, { status, updated_at: 5 })
    const locks = ['active', 'deleted', 'inactive', 'any'] as const
    await inTransaction(database.db, async (db) => {
      for (const lock of locks) {
        const isLocked = (expected as readonly string[]).includes(lock)
        expect(await accounts.lock(db, id, lock), lock).toBe(isLocked)
        expect(await accounts.lock(db, newId<AccountId>(), lock)).toBe(false)
      }
    })
    expect((await accounts.findById(database.db, id))?.updatedAt).toEqual(new Date(5))
  })

  it('are read as they were stored, with every field', async () => {
    const row = accountRow({
      username: 'Amina',
      username_canonical: 'amina',
      email: 'Amina@Example.com',
      email_canonical: 'amina@example.com',
      email_verified_at: 1_700_000_000_001,
      phone_number: '+254712345678',
      phone_number_verified_at: 1_700_000_000_002,
      full_name: 'Amina Odhiambo',
      given_name: 'Amina',
      family_name: 'Odhiambo',
      locale: 'sw-KE',
      created_at: 1_700_000_000_003,
      updated_at: 1_700_000_000_004,
    })
    await inTransaction(database.db, (db) => accounts.insert(db, row, ['amina']))
    expect(await accounts.findById(database.db, row.id)).toEqual({
      id: row.id,
      kind: 'person',
      username: 'Amina',
      email: 'Amina@Example.com',
      emailVerifiedAt: new Date(1_700_000_000_001),
      phoneNumber: '+254712345678',
      phoneNumberVerifiedAt: new Date(1_700_000_000_002),
      fullName: 'Amina Odhiambo',
      givenName: 'Amina',
      familyName: 'Odhiambo',
      addressSealed: null,
      nationalIdSealed: null,
      locale: 'sw-KE',
      status: 'active',
      createdAt: new Date(1_700_000_000_003),
      updatedAt: new Date(1_700_000_000_004),
    })
  })

  it('have null for absent fields, and are null if there is no account', async () => {
    const id = await insertAccount(database.db)
    const account = await accounts.findById(database.db, id)
    expect(account).toMatchObject({ username: null, email: null, emailVerifiedAt: null, locale: null })
    expect(await accounts.findById(database.db, newId<AccountId>())).toBeNull()
  })

  it('A21: keep all of 200 code points of four bytes each in a name', async () => {
    const names = ['\u{1f469}'.repeat(200), '\u{10ffff}'.repeat(200), 'Z\u0351\u0352'.repeat(66)]
    for (const full_name of names) {
      const id = await insertAccount(database.db, {
        full_name,
        given_name: full_name,
        family_name: full_name,
      })
      const account = await accounts.findById(database.db, id)
      expect(account).toMatchObject({ fullName: full_name, givenName: full_name, familyName: full_name })
    }
  })

  it('A21: keep names as they were written: no normal form, no case, no padding is touched', async () => {
    const ids = await Promise.all(
      confusableTexts.map((full_name) =>
        insertAccount(database.db, { full_name, address_sealed: full_name }),
      ),
    )
    for (const [index, id] of ids.entries()) {
      const found = await accounts.findById(database.db, id)
      expect([found?.fullName, found?.addressSealed]).toEqual([
        confusableTexts[index],
        confusableTexts[index],
      ])
    }
  })

  it('are found only by their own identifiers', async () => {
    const columns = {
      username_canonical: 'amina',
      email_canonical: 'a@example.com',
      phone_number: '+254712345678',
    }
    const id = await insertAccount(database.db, columns)
    const find = async (kind: 'username' | 'email' | 'phone_number', canonical: string) =>
      (await accounts.findByIdentifier(database.db, { kind, canonical }))?.id ?? null
    expect(await find('username', 'amina')).toBe(id)
    expect(await find('email', 'a@example.com')).toBe(id)
    expect(await find('phone_number', '+254712345678')).toBe(id)
    expect(await find('email', 'amina')).toBeNull()
    expect(await find('username', 'a@example.com')).toBeNull()
    for (const other of confusableTexts)
      if (other !== 'amina') expect(await find('username', other)).toBeNull()
  })

  it('report which identifier another account has, and store nothing', async () => {
    const taken = {
      username_canonical: 'amina',
      email_canonical: 'a@example.com',
      phone_number: '+254712345678',
    }
    expect(await insert(taken, ['arnina'])).toBeNull()
    expect(await insert({ username_canonical: 'amina' })).toBe('username')
    expect(await insert({ email_canonical: 'a@example.com' })).toBe('email')
    expect(await insert({ phone_number: '+254712345678' })).toBe('phoneNumber')
    const other = accountRow({ username_canonical: 'arnina' })
    const looks = inTransaction(database.db, async (db) => {
      const refused = await accounts.insert(db, other, ['other', 'arnina'])
      if (refused !== null) throw new Error(refused)
    })
    await expect(looks).rejects.toThrow('username')
    expect(await accounts.findById(database.db, other.id)).toBeNull()
  })

  it('may all lack an identifier: null does not conflict with null', async () => {
    for (let index = 0; index < 3; index++) expect(await insert({})).toBeNull()
  })

  it('report in advance which identifiers are taken, and compare usernames by their skeletons', async () => {
    const given = 'unused'
    await insert({ username_canonical: 'amina', email_canonical: 'a@x.com', phone_number: '+2547' }, [
      'arnina',
    ])
    const nobody = { username: null, email: null, phoneNumber: null }
    const username = { given, canonical: 'arnina', skeletons: ['other', 'arnina'] }
    const taken = (identifiers: object) =>
      accounts.findTaken(database.db, { ...nobody, ...identifiers }, new Date(0))
    expect(await taken({ username })).toBe('username')
    expect(await taken({ username: { ...username, skeletons: ['other'] } })).toBeNull()
    expect(await taken({ email: { given, canonical: 'a@x.com' } })).toBe('email')
    expect(await taken({ phoneNumber: { canonical: '+2547' } })).toBe('phoneNumber')
    expect(
      await taken({ email: { given, canonical: 'A@x.com' }, phoneNumber: { canonical: '+2548' } }),
    ).toBeNull()
  })

  it('are listed by id, page by page, each once', async () => {
    const ids = []
    for (let index = 0; index < 5; index++) ids.push(await insertAccount(database.db))
    const pages: AccountId[][] = []
    for (let after: AccountId | null = null; pages.length < 4; after = pages.at(-1)?.at(-1) ?? null) {
      const page = await accounts.list(database.db, { kind: 'person', after, limit: 2 })
      pages.push(page.map(({ id }) => id))
      if (page.length < 2) break
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1])
    expect(pages.flat()).toEqual(ids.sort())
  })

  it('are changed if they exist, and only in the named fields', async () => {
    const id = await insertAccount(database.db, { full_name: 'Amina', locale: 'en' })
    expect(await accounts.update(database.db, id, { locale: null, updated_at: 5 })).toBe(true)
    const changed = await accounts.findById(database.db, id)
    expect(changed).toMatchObject({ fullName: 'Amina', locale: null, updatedAt: new Date(5) })
    // MySQL counts only rows whose values differ, unless it is told otherwise.
    expect(await accounts.update(database.db, id, { updated_at: 5 })).toBe(true)
    expect(await accounts.update(database.db, newId<AccountId>(), { updated_at: 5 })).toBe(false)
  })

  it('are deleted with everything that belongs to them, and nothing else', async () => {
    const [gone, kept] = [await insertAccount(database.db), await insertAccount(database.db)]
    const now = new Date(0)
    for (const accountId of [gone, kept]) {
      const id = newId<SessionId>()
      const session = {
        id,
        accountId,
        authentication: { amr: ['pwd'], authenticatedAt: now },
        secondFactorAt: null,
        factorStatus: null,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: now,
        ipAddress: '127.0.0.1',
        userAgent: null,
      } as const
      await new SessionsRepository(new AccountsRepository())
        .insertion(session, { client: null, codeDigest: null, impersonator: null, refreshKeySealed: null })
        .run(database.db)
      await new RolesRepository().insert(database.db, accountId, 'user')
      const password = { hash: 'hash', importedWork: null, version: id, changedAt: now }
      await new PasswordsRepository().insert(database.db, accountId, password)
      await new UserSecretsRepository(new AccountsRepository()).insert(
        database.db,
        accountId,
        { digest: `digest of ${accountId}`, keyId: null, importedHash: null },
        now,
      )
      await database.db
        .insertInto('username_skeletons')
        .values({ account_id: accountId, skeleton: accountId })
        .execute()
      await database.db.insertInto('profiles').values({ account_id: accountId, version: id }).execute()
    }
    expect(await accounts.delete(database.db, gone)).toBe(true)
    expect(await accounts.delete(database.db, gone)).toBe(false)
    const tables = [
      ...(['sessions', 'account_roles', 'passwords', 'user_secrets'] as const),
      ...(['username_skeletons', 'profiles'] as const),
    ]
    for (const table of tables) {
      const rows = await database.db.selectFrom(table).select('account_id').execute()
      expect(rows, table).toEqual([{ account_id: kept }])
    }
  })
})

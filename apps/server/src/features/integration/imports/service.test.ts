import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import { wireImports } from '../../../app/wiring/imports.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { ReportedRow } from './report/model.ts'
import type { ImportsService, PreparedImport } from './service.ts'

const bcrypt = '$2b$12$jremTuGHPC7fGarrKfj8W.IC4ovwNLnv7dqmNKV/X/D/..dZNF152'

const map = {
  format: 'proxima-import-map/1',
  source: 'shop',
  region: 'KE',
  variants: [
    {
      name: 'people',
      key: 'id',
      fields: {
        username: 'name',
        email: { column: 'mail', drop: ['none'] },
        email_verified: 'confirmed',
        phone_number: 'phone',
        full_name: { columns: ['first', 'last'] },
        created_at: 'made',
        password: { column: 'hash', plain: 'ask' },
        county: 'county',
        links: { twitter: 'twitter' },
        roles: { column: 'role', values: { '2': ['admin'], staff: ['admin'] }, ask: ['2'] },
        suspended: { column: 'blocked' },
        skip: [{ column: 'deleted' }],
      },
    },
  ],
}

describe.each(engines)('an import on $name', (engine) => {
  let database: MigratedDatabase
  let folder: string
  let services: Services
  let imports: ImportsService
  const clock = new FrozenClock()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-import-'))
    await writeFile(join(folder, 'map.json'), JSON.stringify(map))
  })
  afterAll(async () => await rm(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    database = await createMigratedDatabase(engine)
    services = wireNode({ db: database.db, clock })
    imports = wireImports(services, clock)
    return async () => await database.drop()
  })

  async function prepare(rows: readonly object[], answers: Record<string, string> = {}) {
    const from = join(folder, 'people.jsonl')
    await writeFile(from, rows.map((row) => JSON.stringify(row)).join('\n'))
    const request = { from, map: join(folder, 'map.json'), onProgress: () => undefined }
    return await imports.prepare({ ...request, answers: new Map(Object.entries(answers)) })
  }

  async function importAll(rows: readonly object[], answers: Record<string, string> = {}) {
    const prepared = await prepare(rows, answers)
    try {
      await prepared.write(() => undefined)
      return reportOf(prepared)
    } finally {
      prepared.close()
    }
  }

  async function questionsOf(rows: readonly object[]) {
    const prepared = await prepare(rows)
    prepared.close()
    return prepared.questions
  }

  const reportOf = (prepared: PreparedImport): ReportedRow[] => [...prepared.report()]
  const outcomesOf = (rows: readonly ReportedRow[]) => rows.map(({ key, outcome }) => `${key} ${outcome}`)
  const accountOf = async (id: string) => {
    const accountId = await services.externalIds.find(database.db, { source: 'shop', id })
    return accountId === null ? null : await services.accounts.get(database.db, accountId)
  }

  const amina = { id: 7, name: 'amina', mail: 'Amina@Example.org', hash: bcrypt }

  it('creates an account with everything that the map names', async () => {
    const row = {
      ...amina,
      phone: '0712 345 678',
      first: 'Amina',
      last: ' Odhiambo ',
      made: '2024-02-03 04:05:06.789',
      confirmed: 1,
      county: 'Kisumu',
      twitter: 'javascript:alert(1)',
      role: 'staff',
    }
    const [reported] = await importAll([row])
    expect(reported).toMatchObject({
      outcome: 'created',
      notes: [{ field: 'social_links.twitter', change: 'dropped', code: 'https_needed' }],
    })
    const account = await accountOf('7')
    const createdAt = new Date('2024-02-03T04:05:06.789Z')
    expect(account).toMatchObject({
      username: 'amina',
      email: 'Amina@Example.org',
      emailVerifiedAt: createdAt,
      phoneNumber: '+254712345678',
      phoneNumberVerifiedAt: null,
      fullName: 'Amina Odhiambo',
      status: 'active',
      createdAt,
    })
    if (account === null) throw new Error('no account')
    expect(await services.roles.rolesOf(database.db, account.id)).toEqual(['admin', 'user'])
    expect(await services.profiles.get(account.id)).toMatchObject({ county: 'Kisumu' })
    const found = await services.identifiers.lookUp('amina@example.org')
    expect(found.account?.id).toBe(account.id)
    const events = await services.audit.list(database.db, account.id, { after: null, limit: 9 })
    expect(events).toMatchObject([{ action: 'import', target: 'import:shop', outcome: 'success' }])
    expect(await database.db.selectFrom('messages').select('id').execute()).toEqual([])
    // A34: strangers must cost as much as this account.
    const works = database.db
      .selectFrom('passwords')
      .select('imported_work')
      .where('account_id', '=', account.id)
    expect((await works.executeTakeFirst())?.imported_work).toBe('bcrypt,12')
  })

  it('changes nothing before it is confirmed, and nothing the second time', async () => {
    const prepared = await prepare([amina])
    expect(outcomesOf(reportOf(prepared))).toEqual(['7 created'])
    prepared.close()
    expect(await accountOf('7')).toBeNull()
    await importAll([amina])
    const again = await importAll([
      { ...amina, name: 'changed' },
      { id: 8, name: 'juma' },
    ])
    expect(outcomesOf(again)).toEqual(['7 known', '8 created'])
    expect((await accountOf('7'))?.username).toBe('amina')
  })

  it('A15 to A18, A26: gives a username that is not allowed another one, the same in each run', async () => {
    const names = ['ada@example.org', '0712345678', 'аdmin2', 'admin', 'a\u202eb', 'two words', '\u202e']
    const rows = names.map((name, index) => ({ id: index + 1, name }))
    const report = await importAll(rows)
    expect(report.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'created'))
    const given = await Promise.all(rows.map(async ({ id }) => (await accountOf(String(id)))?.username))
    expect(given).toEqual([
      'ada_6b86b2',
      'user_d4735e',
      'dmin2_4e0740',
      'user_4b2277',
      'a_b_ef2d12',
      'two_words_e7f6c0',
      'user_790269',
    ])
    expect(report[0]?.notes).toMatchObject([{ change: 'renamed', code: 'shaped_like_email' }])
  })

  it('leaves out an address that is not allowed, and refuses a row that has no other', async () => {
    const report = await importAll([
      { id: 1, name: 'mike', mail: 'mıke@' },
      { id: 2, mail: '\u212a@example.org' },
      { id: 3, mail: 'none' },
      { name: 'without id' },
      { id: 3, name: 'again' },
      { id: 9, name: 'gone', deleted: true },
    ])
    expect(report.map(({ key, outcome, code }) => [key, outcome, code])).toEqual([
      ['1', 'created', undefined],
      ['2', 'refused', 'identifier_needed'],
      ['3', 'refused', 'identifier_needed'],
      [null, 'refused', 'key_missing'],
      [null, 'refused', 'key_repeated'],
      ['9', 'skipped', undefined],
    ])
    expect(report[0]?.notes).toMatchObject([{ field: 'email', change: 'dropped' }])
  })

  it('keeps a blocked account suspended, with the reason open', async () => {
    await importAll([{ id: 1, name: 'blocked', blocked: 't' }])
    expect((await accountOf('1'))?.status).toBe('suspended')
  })

  describe('of rows that want the same', () => {
    const first = { id: 1, name: 'ina', mail: 'ina@münchen.example', phone: '0712345678' }
    const second = { id: 2, name: 'Ina', mail: 'ina@xn--mnchen-3ya.example', first: 'Ina', last: 'Vogel' }

    async function answerWith(answer: string, rows: readonly object[] = [first, second]) {
      const prepared = await prepare(rows)
      const [question, ...more] = prepared.questions
      prepared.close()
      expect(more).toEqual([])
      return await importAll(rows, { [question?.id ?? '']: answer })
    }

    it('asks one question, and imports neither without an answer', async () => {
      expect(outcomesOf(await importAll([first, second]))).toEqual(['1 unanswered', '2 unanswered'])
      expect(await accountOf('1')).toBeNull()
    })

    it('makes one account of one person', async () => {
      expect(outcomesOf(await answerWith('merge 1'))).toEqual(['1 created', '2 merged'])
      const account = await accountOf('1')
      expect(account).toMatchObject({ username: 'ina', phoneNumber: '+254712345678', fullName: 'Ina Vogel' })
      expect((await accountOf('2'))?.id).toBe(account?.id)
      expect(outcomesOf(await importAll([first, second]))).toEqual(['1 known', '2 known'])
    })

    it('lets one of two people keep it', async () => {
      expect(outcomesOf(await answerWith('only 2'))).toEqual(['1 created', '2 created'])
      expect(await accountOf('1')).toMatchObject({ username: 'ina_6b86b2', email: null })
      expect(await accountOf('2')).toMatchObject({ username: 'Ina' })
    })

    it('leaves both out', async () => {
      expect(outcomesOf(await answerWith('leave-out'))).toEqual(['1 left_out', '2 left_out'])
    })

    it('refuses an answer that is no choice', async () => {
      await expect(answerWith('merge 3')).rejects.toMatchObject({ problem: { code: 'answers_invalid' } })
    })
  })

  it('asks about an account that was there before, and gives it the id', async () => {
    const input = { username: 'amina', email: 'other@example.org' }
    const source = { context: noRequest, idempotencyKey: null, byAdministrator: true }
    const { account } = await services.registration.create(input, source)
    const prepared = await prepare([amina])
    const [question] = prepared.questions
    prepared.close()
    expect(Object.keys(question?.choices ?? {})).toEqual(['link', 'without', 'leave-out'])
    const report = await importAll([amina], { [question?.id ?? '']: 'link' })
    expect(outcomesOf(report)).toEqual(['7 linked'])
    expect(await accountOf('7')).toMatchObject({ id: account.id, email: 'other@example.org' })
  })

  it('gives a role that people could choose only if the operator says so', async () => {
    const row = { ...amina, role: 2 }
    expect(outcomesOf(await importAll([row]))).toEqual(['7 unanswered'])
    const [question] = await questionsOf([row])
    await importAll([row], { [question?.id ?? '']: 'withhold' })
    const account = await accountOf('7')
    expect(account && (await services.roles.rolesOf(database.db, account.id))).toEqual(['user'])
  })

  it('asks whether a text is a password, and hashes it if it is', async () => {
    const row = { ...amina, hash: ' pass word 123' }
    expect(outcomesOf(await importAll([row]))).toEqual(['7 unanswered'])
    await importAll([row], { 'secrets-password': 'plain' })
    const stored = await database.db.selectFrom('passwords').select('hash').executeTakeFirstOrThrow()
    expect(stored.hash).toMatch(/^\$argon2id\$/)
  })
})

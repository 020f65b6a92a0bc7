import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import { wireImports } from '../../../app/wiring/imports.ts'
import { checkedByOldBackend } from '../../../platform/crypto/imported-hash.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { ImportsService } from './service.ts'

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
        password: 'hash',
        roles: { column: 'role', values: { '2': ['admin'] }, ask: ['2'] },
      },
    },
  ],
}

const amina = { id: 7, name: 'amina', mail: 'amina@example.org', hash: bcrypt }

describe('an import of rows that their owners wrote to gain something', () => {
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
    database = await createMigratedDatabase(sqlite)
    services = wireNode({ db: database.db, clock })
    imports = wireImports(services, clock)
    return async () => await database.drop()
  })

  async function prepare(rows: readonly object[], answers = {}, verifiesLater = false) {
    const from = join(folder, 'people.jsonl')
    await writeFile(from, rows.map((row) => JSON.stringify(row)).join('\n'))
    const request = { from, map: join(folder, 'map.json'), verifiesLater, onProgress: () => undefined }
    return await imports.prepare({ ...request, answers: new Map(Object.entries(answers)) })
  }

  async function questionsOf(rows: readonly object[]) {
    const prepared = await prepare(rows)
    prepared.close()
    return prepared.questions
  }

  /** Imports the rows. @returns what became of each */
  async function importAll(rows: readonly object[], answers = {}, verifiesLater = false) {
    const prepared = await prepare(rows, answers, verifiesLater)
    try {
      await prepared.write(() => undefined)
      return [...prepared.report()].map(({ key, outcome }) => `${key} ${outcome}`)
    } finally {
      prepared.close()
    }
  }

  async function accountOf(id: string) {
    const [owned] = await services.externalIds.findMany(database.db, 'shop', [id])
    if (owned === undefined) throw new Error(`row ${id} was not imported`)
    return await database.db
      .selectFrom('accounts')
      .selectAll()
      .where('id', '=', owned.accountId)
      .executeTakeFirstOrThrow()
  }

  async function rolesOf(id: string) {
    const { id: account } = await accountOf(id)
    const rows = await database.db
      .selectFrom('account_roles')
      .select('role')
      .where('account_id', '=', account)
      .execute()
    return rows.map(({ role }) => role)
  }

  it('A01: asks again if more people have chosen a role since the operator answered', async () => {
    const row = { ...amina, role: 2 }
    const [question] = await questionsOf([row])
    const mallory = { id: 8, name: 'mallory', role: 2 }
    const answers = { [question?.id ?? '']: 'give' }
    expect(await importAll([row, mallory], answers)).toEqual(['7 unanswered', '8 unanswered'])
    await importAll([row], answers)
    expect(await rolesOf('7')).toEqual(['admin', 'user'])
  })

  it.each(['constructor', '__proto__', { toString: 1 }, ['hasOwnProperty']])(
    'A05: gives no role for a value that every object has: %j',
    async (role) => {
      expect(await importAll([{ ...amina, role }])).toEqual(['7 created'])
      expect(await rolesOf('7')).toEqual(['user'])
    },
  )

  it('A15: does not take the confirmation of one address for another', async () => {
    const rows = [
      { id: 1, name: 'ina', mail: 'not an address', phone: '0712 345 678', confirmed: 1 },
      { id: 2, name: null, mail: 'victim@example.org', phone: '0712 345 678', confirmed: 0 },
    ]
    const [question] = await questionsOf(rows)
    await importAll(rows, { [question?.id ?? '']: 'merge 1' })
    expect(await accountOf('1')).toMatchObject({ email: 'victim@example.org', email_verified_at: null })
  })

  it('asks again if another account has the identifier by then', async () => {
    const source = { context: noRequest, idempotencyKey: null, byAdministrator: true }
    const { account } = await services.registration.create(
      { username: 'amina', email: 'a@example.org' },
      source,
    )
    const [question] = await questionsOf([amina])
    await database.db.deleteFrom('accounts').where('id', '=', account.id).execute()
    await services.registration.create({ username: 'amina', email: 'b@example.org' }, source)
    const report = await importAll([amina], { [question?.id ?? '']: 'link' })
    expect(report).toEqual(['7 unanswered'])
  })

  it('lets the old backend check a password without a usable hash, unless it knows another username', async () => {
    const rows = [
      { ...amina, hash: '$2b$12$cut' },
      { id: 8, name: 'two words', hash: null },
    ]
    await importAll(rows, {}, true)
    const stored = await database.db.selectFrom('passwords').select(['account_id', 'hash']).execute()
    const hashOf = async (key: string) => {
      const owner = await accountOf(key)
      return stored.find(({ account_id }) => account_id === owner.id)?.hash
    }
    expect(await hashOf('7')).toBe(checkedByOldBackend)
    expect(await hashOf('8')).toMatch(/^\$argon2id\$/)
  })
})

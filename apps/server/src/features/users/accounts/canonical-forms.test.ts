import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountRow, insertAccount } from '../../../../tests/support/account-rows.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { parseEmail } from './identifiers/email.ts'
import type { Identifier } from './identifiers/identifier.ts'
import { parsePhoneNumber } from './identifiers/phone-number.ts'
import { parseUsername } from './identifiers/username.ts'
import { AccountsRepository } from './repository.ts'

/** Ways to write a text that someone, or some database, takes for the same. */
const spellings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => ` ${text}\t`,
  (text) => text.normalize('NFD'),
  (text) => text.normalize('NFC'),
  (text) => text.normalize('NFKC'),
  (text) => text.replaceAll(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  (text) => text.replaceAll('i', 'ı').replaceAll('k', '\u212a'),
  (text) => text.replaceAll('ss', 'ß').replaceAll('s', 'ſ'),
  (text) => text.replaceAll('e', 'é'),
  (text) => text.replaceAll('e', 'e\u0301'),
  (text) => text.replaceAll('σ', 'ς'),
  (text) => text.replaceAll('a', 'а'),
  (text) => text.replaceAll('.', ''),
  (text) => `${text}0`,
]

const column = {
  username: 'username_canonical',
  email: 'email_canonical',
  phone_number: 'phone_number',
} as const

type Kind = Identifier['kind']

const parse: Readonly<Record<Kind, (text: string) => string | null>> = {
  username: (text) => canonicalOf(parseUsername(text)),
  email: (text) => canonicalOf(parseEmail(text)),
  phone_number: (text) => canonicalOf(parsePhoneNumber(text, 'KE')),
}

function canonicalOf(parsed: { ok: true; value: { canonical: string } } | { ok: false }): string | null {
  return parsed.ok ? parsed.value.canonical : null
}

const names = [
  'amina',
  'İstanbul',
  'jésus.ke',
  'straße',
  'Ὀδυσσεύς',
  'Μαρίας',
  'пётр_1',
  '이름이',
  'ガンダム',
  'müller-55',
]
const domains = ['example.com', 'EXAMPLE.com', 'bücher.example', 'xn--bcher-kva.example', 'example.co']
const numbers = [
  ...['0712345678', '712345678', '+254712345678', '00254 712 345 678', '+254 (0)712-345678', '0712345679'],
  ...['+255712345678', '+256 712 345 678', '+44 20 7946 0004', '+44 (0)20 7946 0004', '+493012345678'],
]

/** Around a hundred each, the same at every run, so that a failure can be looked at. */
const seed = 20_261_121
const fromBases = (bases: readonly string[]) => bases.flatMap((base) => spellings.map((spell) => spell(base)))
const texts: Readonly<Record<Kind, readonly string[]>> = {
  username: [
    ...fromBases(names),
    ...fc.sample(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 8 }), { seed, numRuns: 50 }),
  ],
  email: [
    ...fromBases(names.slice(0, 4).map((name) => `${name}@example.com`)),
    ...fromBases(domains.map((domain) => `amina+ke@${domain}`)),
    ...fc.sample(fc.emailAddress(), { seed, numRuns: 30 }),
  ],
  phone_number: fromBases(numbers),
}

describe.each(engines)('a canonical form on $name', (engine) => {
  const accounts = new AccountsRepository()
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  it.each(['username', 'email', 'phone_number'] as const)(
    'I9: of a %s equals another in the database exactly if it does here',
    async (kind) => {
      const canonicals = texts[kind].map(parse[kind]).filter((canonical) => canonical !== null)
      expect(canonicals.length).toBeGreaterThan(50)
      const stored = new Map<string, AccountId>()
      for (const canonical of canonicals) {
        const found = await accounts.findByIdentifier(database.db, { kind, canonical })
        expect(found?.id ?? null, canonical).toBe(stored.get(canonical) ?? null)
        const row = accountRow({ [column[kind]]: canonical })
        const isNew = await isInserted(row)
        expect(isNew, canonical).toBe(!stored.has(canonical))
        if (isNew) stored.set(canonical, row.id)
      }
      expect(stored.size).toBeGreaterThan(5)
      expect(stored.size).toBeLessThan(canonicals.length)
    },
  )

  it('I9: of a username has the same skeleton in the database exactly if it does here', async () => {
    const owners = new Map<string, string>()
    for (const text of texts.username) {
      const parsed = parseUsername(text)
      if (!parsed.ok) continue
      const { skeletons } = parsed.value
      const username = parsed.value
      const taken = await accounts.findTaken(
        database.db,
        { username, email: null, phoneNumber: null },
        new Date(0),
      )
      expect(taken, text).toBe(skeletons.some((skeleton) => owners.has(skeleton)) ? 'username' : null)
      if (taken !== null) continue
      const account_id = await insertAccount(database.db)
      const looks = skeletons.map((skeleton) => ({ account_id, skeleton }))
      await database.db.insertInto('username_skeletons').values(looks).execute()
      for (const skeleton of skeletons) owners.set(skeleton, account_id)
    }
    expect(owners.size).toBeGreaterThan(5)
  })

  async function isInserted(row: ReturnType<typeof accountRow>): Promise<boolean> {
    try {
      await database.db.insertInto('accounts').values(row).execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }
})

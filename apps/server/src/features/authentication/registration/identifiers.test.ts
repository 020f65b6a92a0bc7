import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

const nfd = (text: string) => text.normalize('NFD')

type Field = 'username' | 'email' | 'phone_number'
type Pair = readonly [first: string, second: string]

/** The second is the first, spelt in another way. */
const same: readonly (readonly [id: string, field: Field, ...Pair])[] = [
  ['A16', 'username', 'admin1', 'ａｄｍｉｎ1'],
  ['A16', 'username', 'admin2', 'ᴬdmin2'],
  ['A16', 'username', 'Adébáyọ̀', nfd('ADÉBÁYỌ̀')],
  ['A16', 'username', 'مُحَمَّد', 'محمد'],
  ['A16', 'username', 'علی\u200cرضا', 'علیرضا'],
  ['A16', 'username', 'राजेश१२', 'राजेश12'],
  ['A16', 'username', 'Kauaʻi', 'kauaʼi'],
  ['A16', 'username', 'Ǵarezsiz', nfd('ǵarezsiz')],
  ['A16', 'username', 'Élodie', 'éLODIE'],
  ['A16', 'username', 'zoë', nfd('ZOË')],
  ['A16', 'username', 'ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['A16', 'username', 'istanbul', 'İstanbul'],
  ['A22', 'username', 'spaced', ' \tspaced\r\n'],
  ['A22', 'email', 'spaced@example.com', '\n spaced@example.com\u00a0'],
  ['A24', 'email', 'Case@Example.com', 'cASE@eXAMPLE.COM'],
  ['A24', 'email', 'a@bücher.example', 'a@xn--bcher-kva.example'],
  ['A24', 'email', 'b@xn--bcher-kva.example', `b@${nfd('BÜCHER')}.example`],
  ['A24', 'email', 'josé@example.com', nfd('JOSÉ@example.com')],
  ['A25', 'phone_number', '0712345678', '+254712345678'],
  ['A25', 'phone_number', '+44 (0)20 7946 0001', '+442079460001'],
  ['A25', 'phone_number', '+442079460002', '＋４４ ２０ ７９４６ ０００２'],
  ['A25', 'phone_number', '+442079460003', '00044.20.7946/0003'],
  ['A25', 'phone_number', '+٢٠١٠٠١٢٣٤٥٦٧', '+201001234567'],
  ['A25', 'phone_number', '+۲۰۱۰۰۱۲۳۴۵۶۸', '+201001234568'],
  ['A25', 'phone_number', '+२०१००१२३४५६९', '+201001234569'],
  ['A25', 'phone_number', '+২০১০০১২৩৪৫৭০', '+201001234570'],
  ['A25', 'phone_number', '०७१२३४५६७१', '+254712345671'],
  ['A25', 'phone_number', '\u202a+254 712 345601\u202c', '+254712345601'],
  ['A25', 'phone_number', '+254‑712–345−602', '+254712345602'],
  ['A25', 'phone_number', 'tel:+254-712-345-603', '0712\u00ad345\u200b603'],
  ['A25', 'phone_number', '00254 712 345604', '+254712345604'],
  ['A25', 'phone_number', '+54 9 11 2345-6789', '+54 11 2345 6789'],
  ['A25', 'phone_number', '+52 1 55 1234 5678', '+52 55 1234 5678'],
]

/** The second cannot be told from the first by eye, and so only the first is given. */
const alike: readonly (readonly [id: string, ...Pair])[] = [
  ['A17', 'coco', 'сосо'],
  ['A17', 'paypal', 'paypa1'],
  ['A17', 'modern', 'modem'],
  ['A17', 'ollie', 'o11ie'],
  ['A17', 'bob.0', 'bob.o'],
  ['A17', 'alice', 'ꓮꓡꓲꓚꓰ'],
]

/** Two people: a database that folds accents, case, padding or digits would take them for one. */
const different: readonly (readonly [id: string, field: Field, ...Pair])[] = [
  ['A15', 'email', 'mike@example.com', 'mıke@example.com'],
  ['A16', 'username', 'resume', 'résumé'],
  ['A16', 'username', 'maximilian', 'maximilien'],
  ['A16', 'username', 'a_b', 'a-b'],
  ['A16', 'username', 'jörg', 'joerg'],
  ['A16', 'username', 'Ọlọ́run', 'Olorun'],
  ['A24', 'email', 'user@example.com', 'user+tag@example.com'],
  ['A24', 'email', 'firstlast@example.com', 'first.last@example.com'],
  ['A24', 'email', 'user@sub.example.com', 'user@sub-example.com'],
  ['A24', 'email', 'jose@example.com', 'josè@example.com'],
  ['A24', 'email', 'x@strasse.example', 'x@straße.example'],
  ['A27', 'username', 'per_cent', 'perxcent'],
  ['A27', 'email', 'per%@example.com', 'percent@example.com'],
  ['A25', 'phone_number', '+254720000001', '+254720000002'],
]

const refused: readonly (readonly [id: string, field: Field, text: string, code: string])[] = [
  ['A15', 'email', 'ſam@example.com', 'character_not_allowed'],
  ['A15', 'email', '\u212aate@example.com', 'character_not_allowed'],
  ['A15', 'email', 'İnci@example.com', 'character_not_allowed'],
  ['A16', 'username', 'admin\u200b', 'character_not_allowed'],
  ['A16', 'username', 'ad\u00admin', 'character_not_allowed'],
  ['A16', 'username', 'adm\u2060in', 'character_not_allowed'],
  ['A17', 'username', 'аdmin', 'scripts_mixed'],
  ['A17', 'username', 'admіn', 'scripts_mixed'],
  ['A18', 'username', '\u202enimda', 'character_not_allowed'],
  ['A18', 'username', 'admin\u2066', 'character_not_allowed'],
  ['A18', 'email', 'a\u202e@example.com', 'email_malformed'],
  ['A21', 'username', 'a'.repeat(51), 'too_long'],
  ['A21', 'username', '😀😀😀', 'character_not_allowed'],
  ['A21', 'username', `zalgo${'\u0301'.repeat(20)}`, 'mark_misplaced'],
  ['A21', 'username', 'zalgo\u0301\u0323\u0302\u0304\u0308', 'mark_misplaced'],
  ['A21', 'email', `a@${`${nfd('ệ').repeat(50)}.`.repeat(2)}com`, 'too_long'],
  ['A22', 'username', 'two words', 'white_space_not_allowed'],
  ['A22', 'username', 'two\r\nlines', 'white_space_not_allowed'],
  ['A22', 'username', '   ', 'too_short'],
  ['A22', 'email', 'a b@example.com', 'email_malformed'],
  ['A22', 'email', '', 'email_malformed'],
  ['A22', 'phone_number', '   ', 'phone_number_malformed'],
  ['A23', 'email', '"a@evil.example x"@internal.example', 'email_malformed'],
  ['A23', 'email', '=?utf-8?q?a?=@example.com', 'email_malformed'],
  ['A23', 'email', 'a@example.com,b@example.com', 'email_malformed'],
  ['A23', 'email', 'a@example.com\r\nBcc:b@example.com', 'email_malformed'],
  ['A23', 'email', '<a@example.com>', 'email_malformed'],
  ['A23', 'email', 'a@[127.0.0.1]', 'email_domain_invalid'],
  ['A23', 'email', 'a@localhost', 'email_domain_invalid'],
  ['A24', 'email', 'a@xn--a.example', 'email_domain_invalid'],
  ['A25', 'phone_number', '+442079460004;ext=5', 'phone_number_malformed'],
  ['A25', 'phone_number', '+44 20 7946 0004 x5', 'phone_number_malformed'],
  ['A25', 'phone_number', '+1 000 000 0000', 'phone_number_invalid'],
  ['A89', 'phone_number', '+44 909 8791 001', 'phone_number_costly'],
  ['A89', 'phone_number', '+1 900 234 5678', 'phone_number_costly'],
  ['A89', 'phone_number', '+979 123 456 789', 'phone_number_costly'],
  ['A89', 'phone_number', '+8816 1234 56789', 'phone_number_costly'],
  ['A26', 'username', 'someone@example.com', 'shaped_like_email'],
  ['A26', 'username', 'someone＠example', 'shaped_like_email'],
  ['A26', 'username', '0712345678', 'shaped_like_phone_number'],
  ['A26', 'username', '254-712-345.678', 'shaped_like_phone_number'],
  ['A26', 'username', '٠٧١٢٣٤٥٦٧٨', 'shaped_like_phone_number'],
]

describe.each(engines)('an identifier on $name', (engine) => {
  let server: TestServer
  let stored: StoredData
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_DEFAULT_REGION: 'KE' } })
    stored = openStoredData(server.databaseUrl)
  })
  afterAll(async () => {
    await stored?.close()
    await server?.close()
  })

  /** What is stored of the account that the answer shows. */
  async function columns({ body }: Answer) {
    const { id } = body as { id: AccountId }
    const chosen = ['username', 'email', 'phone_number', 'username_canonical', 'email_canonical'] as const
    return await stored.db
      .selectFrom('accounts')
      .select(chosen)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  }

  it.each(same)('%s: %s %j is the same as %j, in either order', async (_, field, first, second) => {
    const registered = await server.client.register({ [field]: first })
    expect(registered.status).toBe(201)
    for (const spelt of [second, first]) {
      const answer = await server.client.register({ [field]: spelt })
      expect(answer.status).toBe(409)
      expect(answer.body.code).toBe(`${field}_taken`)
    }
    await stored.db.deleteFrom('accounts').where('id', '=', registered.body.id).execute()
    expect((await server.client.register({ [field]: second })).status).toBe(201)
    expect((await server.client.register({ [field]: first })).status).toBe(409)
  })

  it.each(alike)(
    '%s: %j and its look-alike %j cannot both be registered, in either order',
    async (_, first, second) => {
      for (const [taken, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const registered = await server.client.register({ username: taken })
        expect(registered.status).toBe(201)
        const answer = await server.client.register({ username: other })
        expect(answer.status).toBe(409)
        expect(answer.body.code).toBe('username_taken')
        await stored.db.deleteFrom('accounts').where('id', '=', registered.body.id).execute()
      }
    },
  )

  it.each(different)(
    '%s: %s %j and %j differ, and each is kept exactly as given',
    async (_, field, first, second) => {
      for (const given of [first, second]) {
        const answer = await server.client.register({ [field]: given })
        expect(answer.status).toBe(201)
        expect(answer.body[field]).toBe(given)
        expect((await columns(answer))[field]).toBe(given)
      }
    },
  )

  it.each(refused)('%s: %s %j is refused: %s', async (_, field, text, code) => {
    const before = await stored.countRows()
    const answer = await server.client.register({ [field]: text })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ pointer: `/${field}`, code }])
    expect(await stored.countRows()).toEqual(before)
  })

  it('A22: is shown and stored without the white space around it, and otherwise as it was typed', async () => {
    const given = {
      username: ' MixedCase ',
      email: '\tMixed.Case+Tag@Example.COM\n',
      phone_number: ' 0734 555 666 ',
    }
    const shown = {
      username: 'MixedCase',
      email: 'Mixed.Case+Tag@Example.COM',
      phone_number: '+254734555666',
    }
    const answer = await server.client.register(given)
    expect(answer.body).toMatchObject(shown)
    const canonical = { username_canonical: 'mixedcase', email_canonical: 'mixed.case+tag@example.com' }
    expect(await columns(answer)).toEqual({ ...shown, ...canonical })
  })

  it('A16, A22, A24, A25: follows the same rule at sign-in as at registration', async () => {
    const given = { username: 'Łukasz', email: 'Łukasz@Bücher.example', phone_number: '0745 000 111' }
    const { body } = await server.client.register({ ...given, password })
    const spelt = [
      { username: ' łUKASZ\t' },
      { email: 'łukasz@xn--bcher-kva.EXAMPLE\r\n' },
      { phone_number: '＋254 (0)745-000-111' },
      { identifier: ` ${nfd('ŁUKASZ@bücher.example')}` },
      { identifier: '\u200eŁukasz@Bücher.example' },
      { identifier: 'łukasz\u200b' },
      { identifier: '\u202a٠٧٤٥ ٠٠٠ ١١١\u202c' },
      { phone_number: 'tel:+254-745-000-111' },
    ]
    for (const identifier of spelt) {
      const login = await server.client.login({ ...identifier, password })
      expect(login.body.user).toStrictEqual(body)
    }
    const others = [{ username: 'Lukasz' }, { email: 'lukasz@bücher.example' }]
    for (const identifier of others) {
      expect((await server.client.login({ ...identifier, password })).status).toBe(401)
    }
  })

  it('A15: does not sign in with an address that is equal only in upper case', async () => {
    await server.client.register({ email: 'kim@example.org', password })
    for (const email of ['kım@example.org', '\u212aim@example.org', 'KİM@example.org']) {
      expect((await server.client.login({ email, password })).status).toBe(401)
    }
  })

  it('A21: is never cut: two of the maximum length may differ in the last character', async () => {
    const astral = '𠀀'.repeat(49)
    const domain = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(57)}`
    const cases = [
      ['username', [`${'u'.repeat(49)}a`, `${'u'.repeat(49)}b`]],
      ['username', [`${astral}𠀁`, `${astral}𠀂`]],
      ['email', [`${'m'.repeat(64)}@${domain}.aa`, `${'m'.repeat(64)}@${domain}.ab`]],
    ] as const
    for (const [field, [one, other]] of cases) {
      for (const text of [one, other]) {
        const answer = await server.client.register({ [field]: text })
        expect(answer.body[field]).toBe(text)
        expect((await columns(answer))[field]).toBe(text)
      }
      expect((await server.client.register({ [field]: other })).status).toBe(409)
    }
  })

  it('A89: that is a costly number is accepted if a setting allows it, and signs in if it does not', async () => {
    const number = { phone_number: '+8816123456789' }
    const env = { PROXIMA_COSTLY_NUMBERS: 'allowed' }
    const allowing = await startTestServer(engine, { databaseUrl: server.databaseUrl, env })
    const registered = await allowing.client.register({ ...number, password })
    await allowing.close()
    expect(registered.status).toBe(201)
    expect((await server.client.login({ ...number, password })).status).toBe(200)
  })
})

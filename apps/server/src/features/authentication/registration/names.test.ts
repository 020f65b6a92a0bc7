import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { openStoredData, type StoredData } from '../../../../tests/support/stored-data.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

/** Names as people write them, any code points, and any UTF-16, half characters and controls among it. */
const anyName = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 205 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
)

describe.each(engines)('a name on $name', (engine) => {
  let server: TestServer
  let stored: StoredData
  let count = 0
  beforeAll(async () => {
    server = await startTestServer(engine)
    stored = openStoredData(server.databaseUrl)
  })
  afterAll(async () => {
    await stored?.close()
    await server?.close()
  })

  async function registerAs(fullName: string): Promise<Answer> {
    count += 1
    return await server.client.register({ username: `person${count}`, full_name: fullName })
  }

  /** As it is answered at registration, at sign-in and to its owner, and as it is stored. */
  async function readBack({ body }: Answer): Promise<unknown[]> {
    const login = await server.client.post('/v1/auth/token', { user_secret: body.user_secret })
    const me = await server.client.get('/v1/me', { token: login.body.access_token })
    const row = stored.db.selectFrom('accounts').select('full_name').where('username', '=', `person${count}`)
    const names: unknown[] = [body, login.body.user, me.body].map((user): unknown => user.full_name)
    return [...names, (await row.executeTakeFirstOrThrow()).full_name]
  }

  it('A19, A20, A21: is returned unchanged, or is refused', async () => {
    let accepted = 0
    const property = fc.asyncProperty(anyName, async (name) => {
      const answer = await registerAs(name)
      if (answer.status === 201) {
        accepted += 1
        expect(await readBack(answer)).toEqual([name, name, name, name])
      } else {
        expect([400, 422]).toContain(answer.status)
      }
    })
    await fc.assert(property, { numRuns: 50 })
    expect(accepted).toBeGreaterThan(0)
  })

  it('A21: is kept exactly: emoji, stacked marks, any script, any normal form, spaces', async () => {
    const names = [
      'Ngũgĩ wa Thiong’o',
      'Ngu\u0303gi\u0303',
      '👩🏽‍🚀 Wairimũ 🇰🇪',
      `Z${'\u0301\u0489'.repeat(60)}algo`,
      '  kept  as  it  is  ',
      '𠮷野家',
      'Åse',
      'A\u030ase',
      '\u212bse',
      'مُحَمَّد',
      "Robert'); DROP TABLE accounts;--",
      '%_\\',
      '<b>bold</b>&amp;{{7*7}}<%= 7 %>',
      '=1+1',
      '😀'.repeat(200),
      '名'.repeat(200),
    ]
    for (const name of names) expect(await readBack(await registerAs(name))).toEqual([name, name, name, name])
  })

  it('A18, A19, A21: is refused if it is invisible, changes the direction of text, or is too long', async () => {
    const cases = [
      ['nimda\u202e', 'character_not_allowed'],
      ['\u2067right to left\u2069', 'character_not_allowed'],
      ['two\nlines', 'character_not_allowed'],
      ['bell\u0007', 'character_not_allowed'],
      ['nul\0', 'character_not_allowed'],
      ['', 'blank'],
      [' \u3000\u200b', 'blank'],
      ['😀'.repeat(201), 'too_long'],
      ['a'.repeat(10_000), 'too_long'],
    ] as const
    const before = await stored.countRows()
    for (const [name, code] of cases) {
      for (const field of ['full_name', 'given_name', 'family_name']) {
        const answer = await server.client.register({ username: 'unnamed', [field]: name })
        expect(answer.status, name).toBe(422)
        expect(answer.body.errors).toMatchObject([{ pointer: `/${field}`, code }])
      }
    }
    expect(await stored.countRows()).toEqual(before)
  })
})

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { passwordTooWeak } from './model.ts'
import { assertNewPassword, checkNewPassword } from './policy.ts'

const alice = [
  'alice_wonder',
  'a.liddell@wonder.example.co.uk',
  '+254712345678',
  'José Li Müller',
  '李明华',
  'Proxima',
]

async function codeFor(password: string, { lengthMin = 8, context = alice } = {}): Promise<string | null> {
  const weakness = await checkNewPassword(password, { lengthMin, context })
  return weakness?.code ?? null
}

describe('the length of a new password', () => {
  it('is at least 8 code points, or the configured minimum', async () => {
    expect(await codeFor('gr8 tea')).toBe('too_short')
    expect(await codeFor('gr8 teas')).toBeNull()
    expect(await codeFor('gr8 teas', { lengthMin: 15 })).toBe('too_short')
  })

  it('is counted in code points after normalising, not in bytes or UTF-16 units', async () => {
    expect(await codeFor('🦊🐼🦉🐙🐝🦋🐢')).toBe('too_short')
    expect(await codeFor('🦊🐼🦉🐙🐝🦋🐢🐬')).toBeNull()
    expect(await codeFor('ü¡öçéñ¿'.normalize('NFD'))).toBe('too_short')
  })

  it('is at most 256, and all of it counts', async () => {
    const phrase = 'seven green otters read the news '.repeat(8).slice(0, 256)
    expect(await codeFor(phrase)).toBeNull()
    expect(await codeFor(`${phrase}!`)).toBe('too_long')
  })

  it('may be 256 even if each character is written as four code points', async () => {
    const letters = Array.from({ length: 256 }, (_, at) => String.fromCodePoint(0x1f80 + ((at * 7) % 16)))
    const written = letters.join('').normalize('NFD')
    expect(Array.from(written).length).toBeGreaterThan(800)
    expect(await codeFor(written)).toBeNull()
  })

  it.each([
    ['letters', 'x'.repeat(1_000_000)],
    ['combining marks', `a${'\u0301\u0323'.repeat(500_000)}`],
    ['emoji', '🦊'.repeat(1_000_000)],
  ])('A44: refuses a million %s at once', async (_, password) => {
    const start = performance.now()
    expect(await codeFor(password)).toBe('too_long')
    expect(performance.now() - start).toBeLessThan(50)
  })

  it('A46: refuses a NUL, at which another system may stop reading', async () => {
    for (const text of ['\0quite long enough', 'quite long\0 enough', 'quite long enough\0'])
      expect(await checkNewPassword(text, { lengthMin: 8, context: [] })).toMatchObject({
        code: 'ill_formed',
      })
  })

  it('refuses half a character', async () => {
    expect(await codeFor('seven green \ud83e otters')).toBe('ill_formed')
  })
})

describe('a new password that is easy to guess', () => {
  it('A48: is refused with a reason when it is common', async () => {
    const weakness = await checkNewPassword('Password1!', { lengthMin: 8, context: [] })
    expect(weakness).toMatchObject({
      code: 'common',
      detail: expect.stringContaining('one of the most common'),
    })
  })

  it('A48: is refused with the word when it is the name of the user or the service', async () => {
    const reasonFor = async (password: string) =>
      (await checkNewPassword(password, { lengthMin: 8, context: alice }))?.detail
    expect(await reasonFor('alice_wonder')).toContain('"alice_wonder"')
    expect(await reasonFor('Proxima2026!')).toContain('"Proxima"')
  })

  it.each([
    'AliceWonder',
    'alice1985',
    'alice.1985-03-12',
    '!!alice!!abc',
    'alicelove',
    'iloveliddell',
    'a.liddell@wonder.example.co.uk',
    'Liddell#2024',
    'wonder-example',
    'wonderwonderwonder',
    '+254712345678',
    '0712345678',
    '0712 345 678',
    'jose1234',
    'Mu\u0308ller007',
    'MULLERjose!',
    '李明华12345',
    'proxima-proxima',
    'alice111111111111',
  ])('A48: is refused if it is little more than the data of the user: %s', async (password) => {
    expect(await codeFor(password)).toBe('contains_context')
  })

  it.each([
    'alice likes green tea',
    'through-the-looking-glass-with-alice',
    'proxima centauri is far away',
    'banana bread at noon',
    'mullered by the waves',
    'x7!k2#9$qLp0',
  ])('may contain such a word: %s', async (password) => {
    expect(await codeFor(password)).toBeNull()
  })

  it('may contain short words by chance', async () => {
    expect(await codeFor('lizard teapot', { context: ['Li', 'Jo', ''] })).toBeNull()
    expect(await codeFor('com-491-mo-7', { context: ['bob@example.com'] })).toBeNull()
  })

  it.each([
    'zzzzzzzzzzz',
    'abcdefgh',
    'ZYXWVUTS',
    '34567890',
    'abcd1234',
    'aaaabbbb1',
    'x1x1x1x1',
    'kp#kp#kp#k',
    'абвгдежз',
    '🦊🦊🦊🦊🦊🦊🦊🦊',
  ])('is refused when it repeats or counts: %s', async (password) => {
    expect(['repetitive', 'common']).toContain(await codeFor(password, { context: [] }))
  })

  it('is never a random one', async () => {
    for (let round = 0; round < 2000; round += 1) {
      expect(await codeFor(randomBytes(12).toString('base64url'))).toBeNull()
    }
  })

  it.each(['tttt rrrr eeee', 'ALLCAPSNODIGITS', 'nur kleine buchstaben', '        lots of space        '])(
    'may lack digits, signs or capitals: %j',
    async (password) => {
      expect(await codeFor(password)).toBeNull()
    },
  )
})

describe('assertNewPassword', () => {
  it('throws the weakness at the pointer given', async () => {
    const judged = assertNewPassword('short', { lengthMin: 8, context: [], pointer: '/new_password' })
    await expect(judged).rejects.toMatchObject({
      problem: passwordTooWeak,
      message: expect.stringContaining('at least 8 characters'),
      errors: [
        { pointer: '/new_password', code: 'too_short', detail: expect.stringContaining('at least 8') },
      ],
    })
  })

  it('accepts a good one', async () => {
    const judged = assertNewPassword('correct horse battery', {
      lengthMin: 8,
      context: alice,
      pointer: '/password',
    })
    await expect(judged).resolves.toBeUndefined()
  })
})

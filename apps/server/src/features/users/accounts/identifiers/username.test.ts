import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalUsername, parseUsername } from './username.ts'

function canonical(text: string): string | null {
  const parsed = parseUsername(text)
  return parsed.ok ? parsed.value.canonical : null
}

function skeletons(text: string): readonly string[] {
  const parsed = parseUsername(text)
  return parsed.ok ? parsed.value.skeletons : []
}

function lookAlike(one: string, other: string): boolean {
  return skeletons(one).some((skeleton) => skeletons(other).includes(skeleton))
}

function code(text: string): string | null {
  const parsed = parseUsername(text)
  return parsed.ok ? null : parsed.code
}

describe('a username', () => {
  it('keeps the given text and folds case, width and Unicode form for look-ups', () => {
    expect(parseUsername('Zoë.B')).toMatchObject({ ok: true, value: { given: 'Zoë.B', canonical: 'zoë.b' } })
    for (const text of ['ALICE', 'alice', 'ａｌｉｃｅ', 'Ａlice']) expect(canonical(text)).toBe('alice')
    expect(canonical('zoe\u0308')).toBe('zoë')
    expect(canonical('ΟΔΥΣΣΕΥΣ')).toBe(canonical('οδυσσευς'))
    expect(canonical('İstanbul')).toBe('istanbul')
  })

  it('may be in any one script that people write today', () => {
    const names = [
      'müller',
      'Nguyễn',
      'Łukasz',
      'Иван',
      'Їжак',
      'Ελλάδα',
      'محمد',
      'گلناز',
      'שלום',
      'राजेश',
      'ঢাকা',
    ]
    names.push(
      'தமிழ்',
      'สมชาย',
      'မြန်မာ',
      'გიორგი',
      'ሰላም',
      '한국인',
      '山田太郎',
      '𠮷野家',
      'やまだ',
      'ビール',
      '山田はな',
      'ခင်ခင်',
    )
    for (const name of names) expect(code(name), name).toBeNull()
  })

  it('may have dots, underscores, hyphens and digits, also those of its script', () => {
    for (const name of ['a_b-c.d', '3abc', 'user-', 'a..b', 'राजेश१२', 'राजेश12'])
      expect(code(name), name).toBeNull()
  })

  it('has 3 to 50 code points, as given and as folded', () => {
    expect(code('ab')).toBe('too_short')
    expect(code('ﬃ')).toBe('too_short')
    expect(code('')).toBe('too_short')
    expect(code('𠮷𠮷𠮷')).toBeNull()
    expect(code('𠮷'.repeat(50))).toBeNull()
    expect(code('x'.repeat(51))).toBe('too_long')
    expect(code('㌀'.repeat(50))).toBe('too_long')
    expect(code(' '.repeat(1000))).toBe('too_long')
  })

  it('begins with a letter or a digit', () => {
    for (const name of ['.abc', '_abc', '-abc']) expect(code(name), name).toBe('first_character_not_allowed')
  })

  it('A16: has one form for full-width and superscript letters, and no invisible characters', () => {
    expect(canonical('ａｄｍｉｎ')).toBe('admin')
    expect(canonical('ᴬdmin')).toBe('admin')
    const hidden = [
      '\u200b',
      '\u00ad',
      '\u200d',
      '\u2060',
      '\u034f',
      '\u115f',
      '\u3164',
      '\ufe0f',
      '\u{e0041}',
    ]
    for (const char of hidden) expect(code(`ad${char}min`), char).toBe('character_not_allowed')
    expect(code('admin\u0007')).toBe('character_not_allowed')
  })

  it('A17: has no letters of two scripts', () => {
    for (const name of ['\u0430dmin', 'pαul', 'اadmin', 'aビール', '한국あ'])
      expect(code(name), name).toBe('scripts_mixed')
  })

  it('A17: has digits of one kind', () => {
    expect(code('محمد1٢')).toBe('digits_mixed')
    expect(code('محمد۱٢')).toBe('digits_mixed')
    expect(code('user१')).toBe('scripts_mixed')
  })

  it('A17: has no letters that only phoneticians and scholars use', () => {
    for (const name of ['ᴘᴀʏᴘᴀʟ', 'p\u0251ypal', 'مح\u0640مد'])
      expect(code(name), name).toBe('character_not_allowed')
  })

  it('A17: has the skeleton of its look-alike, but cannot sign in as it', () => {
    const pairs = [
      ['paypal', 'paypa1'],
      ['paypal', 'paypaI'],
      ['scope', 'ѕсоре'],
      ['modern', 'modem'],
      ['bob', 'b0b'],
      ['ALICE', 'аӏісе'],
      ['mike', 'm\u0131ke'],
      ['root', 'rооt'.replaceAll('о', '0')],
    ] as const
    for (const [one, other] of pairs) {
      expect(lookAlike(one, other), other).toBe(true)
      expect(canonical(other), other).not.toBe(canonical(one))
    }
    expect(lookAlike('paypai', 'paypal')).toBe(false)
    expect(lookAlike('ali', 'all')).toBe(false)
  })

  it('A17: has no marks without a letter and none piled up', () => {
    for (const name of ['ab.ิก', 'กกิิก', '१्ab']) expect(parseUsername(name).ok, name).toBe(false)
    expect(code('กกิิก')).toBe('mark_misplaced')
    expect(code('z\u0335\u0321a\u0334lgo')).toBe('character_not_allowed')
  })

  it('A18: has no marks that turn the direction of text', () => {
    for (const char of '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c') {
      expect(code(`ab${char}cd`)).toBe('character_not_allowed')
    }
  })

  it('A17: is the same if N’Ko stretches it', () => {
    expect(canonicalUsername('ߊߺߋߺߺߌ')).toBe(canonicalUsername('ߊߋߌ'))
    expect(code('ߊߺߺ')).toBe('too_short')
  })

  it('A17, A18: has one order on a page, in whichever direction its letters are written', () => {
    // Each of these is drawn like the name beside it, on a page that is written from left to right.
    const drawnAlike = [
      ['12דוד', 'דוד12'],
      ['12-דוד', 'דוד-12'],
      ['12محمد', 'محمد12'],
      ['۱۲محمد', 'محمد۱۲'],
      ['12ދިވެހި', 'ދިވެހި12'],
    ] as const
    for (const [name, alike] of drawnAlike) {
      expect(code(name), name).toBe('order_ambiguous')
      expect(code(alike), alike).toBeNull()
    }
    for (const name of ['דוד.', 'דוד_', 'דוד-', 'محمد-']) expect(code(name), name).toBe('order_ambiguous')
    for (const name of ['דוד.כהן', 'דוד-12-כהן', 'צה״ל', '12abc', 'abc_', '१२कखग'])
      expect(code(name), name).toBeNull()
  })

  it('A19, A20: has neither NUL nor half a character', () => {
    for (const name of ['ab\0cd', 'abc\ud800', '\udc00abc', 'a\ud800b\udc00c']) {
      expect(code(name)).toBe('character_not_allowed')
    }
  })

  it('is not shaped like the id of an account', () => {
    expect(code('01a1fc2a-44b9-7851-bb34-68ac306357fa')).toBe('shaped_like_id')
    expect(code('01A1FC2A-44B9-7851-BB34-68AC306357FA')).toBe('shaped_like_id')
  })

  it('A22: loses the white space around it and is refused with any inside', () => {
    for (const text of [' alice', 'alice\t', '\r\nalice\n', '\u3000alice\u00a0']) {
      expect(parseUsername(text)).toEqual(parseUsername('alice'))
    }
    for (const text of ['al ice', 'al\tice', 'al\nice', 'al\u00a0ice', 'al\u2028ice', 'al\ufeffice']) {
      expect(code(text)).toBe('white_space_not_allowed')
    }
  })

  it('A26: is never shaped like an email or a phone number', () => {
    for (const text of ['a@b.com', 'a＠b', '@alice']) expect(code(text), text).toBe('shaped_like_email')
    for (const text of [
      '0712345678',
      '+254712345678',
      '+44 (0)20 7946',
      '071-234.56_78',
      '０７１２３',
      '०७१२३',
    ]) {
      expect(code(text), text).toBe('shaped_like_phone_number')
    }
  })
})

describe('any text as a username', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'grapheme-ascii' }),
  )
  const scripts = ['abcXYZİıſß09._-', 'абвЫЇґ09', 'αβΣςσΏ1', 'ｱａＡ山やー', 'नुक़्त१']
  const names = fc.oneof(
    ...scripts.map((letters) =>
      fc.string({ unit: fc.constantFrom(...Array.from(letters)), minLength: 3, maxLength: 50 }),
    ),
  )

  it('is refused or accepted, and never throws', () => {
    fc.assert(
      fc.property(texts, (text) => typeof parseUsername(text).ok === 'boolean'),
      { numRuns: 2000 },
    )
  })

  it('is the same when its canonical form is parsed again', () => {
    fc.assert(
      fc.property(fc.oneof(names, texts), (text) => {
        const once = canonical(text)
        if (once !== null) expect(canonical(once)).toBe(once)
      }),
      { numRuns: 2000 },
    )
  })

  it('has one canonical form in every case and every Unicode form', () => {
    fc.assert(
      fc.property(names, (text) => {
        const once = canonical(text)
        // İ, ı, ſ and ß do not come back from the other case.
        if (once === null || /[İıſß]/.test(text)) return
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) expect(canonical(text.normalize(form))).toBe(once)
        expect(canonical(text.toLowerCase())).toBe(once)
        expect(canonical(text.toUpperCase())).toBe(once)
      }),
    )
  })

  it('still has only allowed characters after folding, and folding it again changes nothing', {
    timeout: 30_000,
  }, () => {
    for (let codePoint = 0; codePoint <= 0xffff; codePoint++) {
      const char = String.fromCodePoint(codePoint)
      for (const text of [`${char}.${char}.${char}`, `ab${char}`]) {
        const once = canonical(text)
        if (once !== null) expect(canonical(once), codePoint.toString(16)).toBe(once)
      }
    }
  })
})

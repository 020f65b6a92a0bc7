import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePersonalName } from './personal-name.ts'
import { parsePlainText } from './plain-text.ts'

function code(text: string): string | null {
  const parsed = parsePersonalName(text)
  return parsed.ok ? null : parsed.code
}

const turners = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c'

describe('a personal name', () => {
  it('A21: is kept exactly, emoji, piled marks and spaces too', () => {
    const names = [
      'Ana María de la O',
      'O’Brien',
      '  spaced  ',
      'X Æ A-12',
      '👩‍👩‍👧‍👦 Family',
      '🏴󠁧󠁢󠁷󠁬󠁳󠁿',
      'مها',
      '山田 太郎',
      'zoe\u0308',
      'A',
    ]
    names.push(`Z${'\u0335\u0321'.repeat(90)}`, '😀'.repeat(200), '%_\\', "Robert'); DROP TABLE accounts;--")
    for (const name of names) expect(parsePersonalName(name), name).toEqual({ ok: true, value: name })
  })

  it('A21: has at most 200 code points', () => {
    expect(code('😀'.repeat(201))).toBe('too_long')
    expect(code('x'.repeat(201))).toBe('too_long')
    expect(code('x'.repeat(10_000))).toBe('too_long')
  })

  it('has at least one visible character', () => {
    for (const name of ['', ' ', '\u00a0\u3000', '\u200b', '\u200d\u2060', '\u3164', '\u2800', '\ufe0f']) {
      expect(code(name)).toBe('blank')
    }
  })

  it('A18: has no marks that turn the direction of text', () => {
    for (const char of turners) expect(code(`Ali${char}ce`)).toBe('character_not_allowed')
  })

  it('A18: may have the marks that order a name in a script from right to left, but no override or isolate', () => {
    for (const mark of '\u200e\u200f\u061c') {
      for (const name of [`משה${mark} (Moshe)`, `محمد${mark} 2`, `${mark}ߒߞߏ`])
        expect(parsePersonalName(name), name).toEqual({ ok: true, value: name })
      expect(code(`Moshe${mark} 2`)).toBe('character_not_allowed')
    }
    for (const mark of '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')
      expect(code(`משה${mark}`)).toBe('character_not_allowed')
  })

  it('A19: has no NUL and no other control character', () => {
    for (const char of '\0\b\t\n\r\u001b\u007f\u0085\u2028\u2029')
      expect(code(`Ali${char}ce`)).toBe('character_not_allowed')
  })

  it('A20: has no half of a character', () => {
    for (const name of ['\ud800', 'Ali\udc00ce', '\udc00\ud800']) expect(code(name)).toBe('not_unicode')
  })
})

describe('plain text', () => {
  it('may have several lines and may be empty', () => {
    for (const text of ['', 'P.O. Box 1\nNairobi', 'a\r\nb', 'a\tb', '😀'.repeat(10)]) {
      expect(parsePlainText(text, 30)).toEqual({ ok: true, value: text })
    }
  })

  it('has a maximum number of code points', () => {
    expect(parsePlainText('😀'.repeat(10), 10).ok).toBe(true)
    expect(parsePlainText('😀'.repeat(11), 10)).toMatchObject({ code: 'too_long' })
    expect(parsePlainText('x'.repeat(11), 10)).toMatchObject({ code: 'too_long' })
  })

  it('A18, A19, A20: has no controls, no turning marks and no halves', () => {
    for (const char of `\0\b\r\u001b\u2028${turners}\ud800`.split('')) {
      expect(parsePlainText(`a${char}b`, 10).ok, char).toBe(false)
    }
  })
})

describe('any text as a name', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', size: 'large' }))

  it('is returned unchanged, or is refused', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const parsed of [parsePersonalName(text), parsePlainText(text, 100)]) {
          if (parsed.ok) expect(parsed.value).toBe(text)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

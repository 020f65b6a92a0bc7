import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowedRanges } from './confusables.data.ts'
import { hasOnlyAllowedCharacters, skeletonOf } from './confusables.ts'

describe('the skeleton', () => {
  it('is the same for look-alikes of all scripts', () => {
    expect(skeletonOf('СОРЕ')).toBe('cope')
    expect(skeletonOf('ΡΟΒ')).toBe(skeletonOf('РОВ'))
    expect(skeletonOf('1lI')).toBe('lll')
    expect(skeletonOf('m')).toBe('rn')
    expect(skeletonOf('MODEM')).toBe(skeletonOf('modern'))
  })

  it('differs for i and l, and for a letter with and without an accent', () => {
    expect(skeletonOf('i')).not.toBe(skeletonOf('l'))
    expect(skeletonOf('e')).not.toBe(skeletonOf('é'))
  })

  it('is its own skeleton, in at most 7 code points for each of the name', () => {
    for (const range of allowedRanges.split(' ')) {
      const [first = 0, last = first] = range.split('-').map((hex) => Number.parseInt(hex, 16))
      for (let codePoint = first; codePoint <= last; codePoint++) {
        const skeleton = skeletonOf(String.fromCodePoint(codePoint))
        if (skeletonOf(skeleton) !== skeleton) expect.fail(`U+${codePoint.toString(16)} is folded twice`)
        if (Array.from(skeleton).length > 7)
          expect.fail(`U+${codePoint.toString(16)} grows beyond the column`)
      }
    }
  })

  it('is the same for every Unicode form', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (text) => skeletonOf(text) === skeletonOf(text.normalize('NFD')),
      ),
    )
  })
})

describe('the allowed characters', () => {
  it('are letters, digits and marks of scripts in current use', () => {
    expect(hasOnlyAllowedCharacters('aZ09._-éЖ山한あअ्')).toBe(true)
    for (const char of ['𐌰', 'ᚠ', '😀', '$', '·', '\u0335', 'ʀ', '\u200c', '\ud800', '\0', ' ']) {
      expect(hasOnlyAllowedCharacters(`a${char}`), char).toBe(false)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { asciiDigits, asciiNumber, asciiSeparators, withoutInvisible } from './typed-text.ts'

const characters = Array.from({ length: 0x11_0000 }, (_, codePoint) => codePoint)
  .filter((codePoint) => codePoint < 0xd800 || codePoint > 0xdfff)
  .map((codePoint) => String.fromCodePoint(codePoint))

describe('typed text', () => {
  it('has 0 to 9 for the decimal digits of every script, in their order', () => {
    const digits = characters.filter((char) => /^\p{Nd}$/u.test(char))
    expect(digits.length).toBeGreaterThan(700)
    expect(asciiDigits(digits.join(''))).toBe('0123456789'.repeat(digits.length / 10))
  })

  it('keeps letters, and numbers that are not decimal digits', () => {
    expect(asciiDigits('a٣b३-Ⅷ三²')).toBe('a3b3-Ⅷ三²')
  })

  it('has no character that no one sees', () => {
    const invisible = characters.filter((char) => /^[\p{Cf}\p{DI}]$/u.test(char)).join('')
    expect(withoutInvisible(`a${invisible}b`)).toBe('ab')
  })

  it('has a plain dash for every dash, and a plain space for every space on a line', () => {
    for (const char of characters) {
      if (/^\p{Pd}$/u.test(char)) expect(asciiSeparators(char), char).toBe('-')
      if (/^\p{Zs}$/u.test(char)) expect(asciiSeparators(char), char).toBe(' ')
    }
    expect(asciiSeparators('\n\u2028')).toBe('\n\u2028')
  })

  it('reads a number as it was pasted', () => {
    expect(asciiNumber('\u202a＋٢٥٤（７１２）345−६७८\u202c')).toBe('+254(712)345-678')
  })
})

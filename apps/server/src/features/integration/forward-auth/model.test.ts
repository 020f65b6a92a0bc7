import { describe, expect, it } from 'vitest'
import { asciiOf } from './model.ts'

describe('a text in a header', () => {
  it.each([
    ['Amina Odhiambo', 'Amina Odhiambo'],
    ["Ng'ang'a, A. (Ms)", "Ng'ang'a, A. (Ms)"],
    ['محمد', '%D9%85%D8%AD%D9%85%D8%AF'],
    ['Åsa', '%C3%85sa'],
    ['日本 🦒', '%E6%97%A5%E6%9C%AC %F0%9F%A6%92'],
    ['100%', '100%25'],
    ['%D9%85', '%25D9%2585'],
    [' padded ', '%20padded%20'],
    ['a@münchen.example', 'a@m%C3%BCnchen.example'],
  ])('%s is sent as %s, and decoding gives it back', (text, sent) => {
    expect(asciiOf(text)).toBe(sent)
    expect(decodeURIComponent(sent)).toBe(text)
  })

  it.each([
    ['line feed', '\n'],
    ['carriage return', '\r'],
    ['NUL', '\0'],
    ['vertical tab', '\v'],
    ['form feed', '\f'],
    ['file separator', '\x1c'],
    ['delete', '\x7f'],
    ['next line', '\u0085'],
    ['line separator', '\u2028'],
    ['a letter with the byte 85', 'م'],
    ['half of a surrogate pair', '\ud800'],
  ])('I14: no %s ends the line in any receiver', (_name, character) => {
    const sent = asciiOf(`a${character}Remote-Groups: admin`)
    expect(sent).toMatch(/^[ -~]+$/)
    expect(Buffer.from(sent, 'latin1').includes(0x85)).toBe(false)
  })
})

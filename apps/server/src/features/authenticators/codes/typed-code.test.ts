import { describe, expect, it } from 'vitest'
import { readTypedCode } from './model.ts'

describe('a typed code', () => {
  it.each([
    ['123456', 'as it was sent'],
    [' 123456\n', 'with spaces around it'],
    ['123 456', 'in two groups'],
    ['12-34-56', 'with dashes'],
    ['1 2 3 – 4 5 6', 'with any dash'],
    ['１２３４５６', 'in full width'],
    ['١٢٣٤٥٦', 'in Arabic digits'],
    ['১২৩৪৫৬', 'in Bengali digits'],
    ['\u2068123\u200b456\u2069', 'with marks that no one sees'],
  ])('A84: is read %j (%s)', (text) => {
    expect(readTypedCode(text)).toBe('123456')
  })

  it.each([
    '',
    '12345',
    '1234567',
    '+123456',
    '-123456',
    '123456-',
    '0x1E240',
    '1e5',
    '1234.56',
    '123,456',
    '12345six',
    '123456 123456',
    '123\n456',
    `123456${' '.repeat(60)}`,
    '٣٤٥',
    'Ⅻ3456',
    '\u0000123456',
  ])('A84: is refused as %j', (text) => {
    expect(readTypedCode(text)).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { bearerOf } from './bearer.ts'

describe('the header Authorization', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER abc', 'Bearer   abc', ' Bearer abc '])(
    'is read: "%s"',
    (header) => {
      expect(bearerOf(header)).toBe('abc')
    },
  )

  it.each([
    undefined,
    null,
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'abc',
    'Bearer abc def',
    'Bearer a, Bearer b',
  ])('has no credential: %s', (header) => {
    expect(() => bearerOf(header)).toThrow(expect.objectContaining({ code: 'unauthenticated' }))
  })

  it('has no credential of more than 8192 characters', () => {
    expect(bearerOf(`Bearer ${'x'.repeat(8192)}`)).toHaveLength(8192)
    expect(() => bearerOf(`Bearer ${'x'.repeat(8193)}`)).toThrow(
      expect.objectContaining({ code: 'invalid_token' }),
    )
  })
})

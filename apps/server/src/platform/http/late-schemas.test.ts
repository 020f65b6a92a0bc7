import { describe, expect, it } from 'vitest'
import { validateLater } from './late-schemas.ts'

describe('a schema that is compiled when it is first used', () => {
  function isShort(value: unknown): boolean {
    const isValid = String(value).length < 3
    isShort.errors = isValid ? null : [`${String(value)} is too long`]
    return isValid
  }
  isShort.errors = null as string[] | null

  it('is compiled once, and only if it is used', () => {
    let compiled = 0
    const validate = validateLater(() => {
      compiled += 1
      return isShort
    })
    expect(compiled).toBe(0)
    for (const value of ['a', 'abc', 'b']) validate(value)
    expect(compiled).toBe(1)
  })

  it('shows the errors of the last value only', () => {
    const validate = validateLater(() => isShort)
    expect([validate('abc'), validate.errors]).toEqual([false, ['abc is too long']])
    expect([validate('a'), validate.errors]).toEqual([true, null])
  })
})

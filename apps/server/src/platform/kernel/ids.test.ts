import { describe, expect, it } from 'vitest'
import { isId, newId, newIdAt, timeOf } from './ids.ts'

describe('a new id', () => {
  it('is a UUIDv7 of the time at which it was made', () => {
    const before = Date.now()
    const id = newId()
    expect(isId(id)).toBe(true)
    expect(id).toMatch(/^.{14}7.{4}[89ab]/)
    expect(timeOf(id)).toBeGreaterThanOrEqual(before)
    expect(timeOf(id)).toBeLessThanOrEqual(Date.now() + 1_000)
  })

  it('sorts after every id that was made before, also within a millisecond', () => {
    const ids = Array.from({ length: 20_000 }, () => newId() as string)
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('an id at a given time', () => {
  it('begins with that time, and sorts by it', () => {
    const times = [1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_001, 1_700_000_500_000]
    const ids = times.map((time) => newIdAt(new Date(time)))
    expect(ids.map(timeOf)).toEqual(times)
    expect(ids.toSorted()).toEqual(ids)
    expect(ids.every((id) => isId(id))).toBe(true)
  })
})

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IdTable } from './id-table.ts'

const now = 1_800_000_000
const live = { beforeSeconds: now, expiresAtSeconds: now + 900 }

/** Ids that differ in their last part only. */
const idOf = (index: number) => `01a1fc40-74e8-7000-8000-${index.toString(16).padStart(12, '0')}`

describe('a table of ids', () => {
  it('finds what was set, in any spelling, and nothing else', () => {
    const table = new IdTable(10)
    const id = randomUUID()
    table.set(id, live, now)
    expect(table.get(id, now)).toEqual(live)
    expect(table.get(id.toUpperCase(), now)).toEqual(live)
    expect(table.get(randomUUID(), now)).toBeUndefined()
    expect(table.get('no id', now)).toBeUndefined()
    expect(table.size).toBe(1)
  })

  it('forgets an entry when it expires', () => {
    const table = new IdTable(10)
    table.set(idOf(1), live, now)
    expect(table.get(idOf(1), now + 899)).toEqual(live)
    expect(table.get(idOf(1), now + 900)).toBeUndefined()
  })

  it('keeps the later times of two entries, in any order', () => {
    const early = { beforeSeconds: now - 9, expiresAtSeconds: now + 100 }
    for (const entries of [
      [early, live],
      [live, early],
    ]) {
      const table = new IdTable(10)
      for (const entry of entries) table.set(idOf(1), entry, now)
      expect(table.get(idOf(1), now)).toEqual(live)
      expect(table.size).toBe(1)
    }
  })

  it('refuses what is not an id', () => {
    expect(() => new IdTable(10).set('no id', live, now)).toThrow(TypeError)
  })

  it('refuses more than its bound, but not an id that it has', () => {
    const table = new IdTable(3)
    for (const index of [1, 2, 3]) table.set(idOf(index), live, now)
    expect(() => table.set(idOf(4), live, now)).toThrow(RangeError)
    table.set(idOf(3), { ...live, beforeSeconds: now + 1 }, now)
    expect(table.get(idOf(3), now)?.beforeSeconds).toBe(now + 1)
    expect(table.get(idOf(4), now)).toBeUndefined()
  })

  it('does not count what has expired towards its bound', () => {
    const table = new IdTable(3)
    for (const index of [1, 2, 3]) table.set(idOf(index), live, now)
    const later = { beforeSeconds: now + 900, expiresAtSeconds: now + 1_800 }
    table.set(idOf(4), later, now + 900)
    expect(table.get(idOf(4), now + 900)).toEqual(later)
    expect(table.size).toBe(1)
  })

  it('does not grow while entries expire as fast as they come', () => {
    const table = new IdTable(1_000_000)
    const { byteLength } = table
    for (let second = 0; second < 20_000; second++)
      table.set(idOf(second), { beforeSeconds: now, expiresAtSeconds: now + second + 100 }, now + second)
    expect(table.byteLength).toBe(byteLength)
  })

  it('holds a million ids in 51 MB, finds each, and no other', { tags: 'long' }, () => {
    const table = new IdTable(1_000_000)
    for (let index = 0; index < 1_000_000; index++) table.set(idOf(index), live, now)
    let found = 0
    for (let index = 0; index < 1_000_000; index += 7) if (table.get(idOf(index), now) !== undefined) found++
    expect(found).toBe(Math.ceil(1_000_000 / 7))
    for (let index = 1_000_000; index < 1_001_000; index++)
      expect(table.get(idOf(index), now)).toBeUndefined()
    expect(() => table.set(idOf(1_000_000), live, now)).toThrow(RangeError)
    expect(table.size).toBe(1_000_000)
    expect(table.byteLength).toBeLessThan(51_000_000)
  })

  it('answers as a Map does, whatever happens', () => {
    const step = fc.record({
      index: fc.nat(2_000),
      lifeSeconds: fc.integer({ min: 1, max: 50 }),
      pauseSeconds: fc.integer({ min: 0, max: 2 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2_000, size: 'max' }), (steps) => {
        const table = new IdTable(1_000_000)
        const expected = new Map<number, number>()
        let time = now
        for (const { index, lifeSeconds, pauseSeconds } of steps) {
          time += pauseSeconds
          const expiresAtSeconds = time + lifeSeconds
          table.set(idOf(index), { beforeSeconds: 1, expiresAtSeconds }, time)
          expected.set(index, Math.max(expiresAtSeconds, expected.get(index) ?? 0))
        }
        for (const [index, expiresAtSeconds] of expected)
          expect(table.get(idOf(index), time) !== undefined).toBe(expiresAtSeconds > time)
      }),
      { numRuns: 20 },
    )
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DistinctValues } from './distinct-values.ts'

const digestOf = (value: number) => createHash('sha256').update(String(value)).digest().readUInt32BE()

describe('distinct values', () => {
  it.each([10, 100, 1_000, 50_000])('are estimated within a few in a hundred: %i', (count) => {
    const values = new DistinctValues(65_536)
    for (let index = 0; index < 2 * count; index++) values.add(digestOf(index % count))
    expect(Math.abs(values.estimate - count)).toBeLessThanOrEqual(Math.max(1, count / 20))
  })

  it('I13: stay finite when every bit is set', () => {
    const values = new DistinctValues(8)
    for (let digest = 0; digest < 8; digest++) expect(values.add(digest)).toBe(true)
    expect(values.add(8)).toBe(false)
    expect(values.estimate).toBeLessThan(100)
  })
})

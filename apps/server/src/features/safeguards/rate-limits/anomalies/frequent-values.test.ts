import { describe, expect, it } from 'vitest'
import { FrequentValues } from './frequent-values.ts'

describe('frequent values', () => {
  it('I13: keep a fixed number of values, and among them each that comes often', () => {
    const values = new FrequentValues(16)
    for (let index = 0; index < 20_000; index++) values.add(index % 4 === 0 ? 'often' : `once ${index}`)
    expect(values.size).toBe(16)
    expect(values.sumOfFrequent(5)).toBeGreaterThan(4_900)
    expect(values.sumOfFrequent(5)).toBeLessThanOrEqual(5_000)
  })

  it('never count a value higher than it came', () => {
    const values = new FrequentValues(4)
    for (let index = 0; index < 1_000; index++) values.add(`once ${index}`)
    expect(values.sumOfFrequent(2)).toBe(0)
  })
})

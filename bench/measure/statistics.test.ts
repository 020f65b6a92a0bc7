import { describe, expect, it } from 'vitest'
import { areaInterval, areaUnderCurve, medianInterval } from './statistics.ts'

describe('the area under the curve', () => {
  it('is the probability that a value of the first list is the larger one', () => {
    expect(areaUnderCurve([3, 4], [1, 2]).area).toBe(1)
    expect(areaUnderCurve([1, 2], [3, 4]).area).toBe(0)
    expect(areaUnderCurve([1, 4], [2, 3]).area).toBe(0.5)
    expect(areaUnderCurve([1, 3], [2, 4]).area).toBe(0.25)
  })

  it('counts equal values half', () => {
    expect(areaUnderCurve([1, 1, 1], [1, 1]).area).toBe(0.5)
    expect(areaUnderCurve([2, 1], [1]).area).toBe(0.75)
  })
})

describe('an interval', () => {
  /** The same values in both lists, so that the area is 0.5. */
  const values = (count: number) => Array.from({ length: count }, (_, index) => index)

  it('of an area becomes half as wide with four times as many values', () => {
    const few = areaInterval(values(100), values(100))
    const many = areaInterval(values(400), values(400))
    expect([few.value, many.value]).toEqual([0.5, 0.5])
    expect((few.most - few.least) / (many.most - many.least)).toBeCloseTo(2, 1)
  })

  it('of an area of 20,000 pairs is 0.0057 to each side', () => {
    const { least, most } = areaInterval(values(20_000), values(20_000))
    expect([0.5 - least, most - 0.5].map((margin) => margin.toFixed(4))).toEqual(['0.0057', '0.0057'])
  })

  it('of a median is between measured values, whatever lies far outside', () => {
    const { value, least, most } = medianInterval([...values(99), 1e9])
    expect([least, value, most]).toEqual([40, 49, 59])
  })
})

import { describe, expect, it } from 'vitest'
import { areaUnderCurve } from './statistics.ts'

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

import { expect, it } from 'vitest'
import { interleaved } from './interleaved.ts'
import { median, percentile } from './statistics.ts'

it('measures both in turn, and takes the median of the ratios of all rounds', async () => {
  const order: string[] = []
  const measured = { subject: [10, 1, 30], limit: [20, 100, 30] }
  const next = (side: 'subject' | 'limit') => async () => {
    order.push(side)
    return measured[side].shift() ?? 0
  }
  const comparison = await interleaved(3, next('subject'), next('limit'))
  expect(order.join(' ')).toBe('subject limit subject limit subject limit')
  // Not 10 ÷ 30: those two were not measured together.
  expect(comparison).toEqual({ subject: 10, limit: 30, ratio: 0.5, least: 0.01, most: 1 })
})

it('a percentile is the nearest measured value', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index)
  expect([percentile(values, 0.99), median(values), percentile(values, 0), percentile(values, 1)]).toEqual([
    198, 100, 1, 200,
  ])
  expect(() => median([])).toThrow('nothing')
})

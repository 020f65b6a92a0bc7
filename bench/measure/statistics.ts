/** The smallest value that is not below `share` of the values. It uses the nearest rank, so it is a measured value. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (value === undefined) throw new Error('nothing was measured')
  return value
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/**
 * The probability that a value of `ones` is larger than a value of `others` (Mann–Whitney), and its standard error if
 * both come from the same distribution. Equal values count half.
 */
export function areaUnderCurve(ones: readonly number[], others: readonly number[]) {
  const all = [
    ...ones.map((value) => ({ value, isOne: true })),
    ...others.map((value) => ({ value, isOne: false })),
  ].sort((a, b) => a.value - b.value)
  let ranks = 0
  for (let start = 0; start < all.length; ) {
    let end = start
    while (end < all.length && all[end]?.value === all[start]?.value) end++
    const tied = all.slice(start, end).filter(({ isOne }) => isOne).length
    ranks += (tied * (start + 1 + end)) / 2
    start = end
  }
  const [m, n] = [ones.length, others.length]
  const area = (ranks - (m * (m + 1)) / 2) / (m * n)
  return { area, standardError: Math.sqrt((m + n + 1) / (12 * m * n)) }
}

export interface Interval {
  readonly value: number
  readonly least: number
  readonly most: number
}

/** Two-sided, of a normal distribution. */
const quantile95 = 1.96

/** The area under the curve with its 95 % confidence interval. */
export function areaInterval(ones: readonly number[], others: readonly number[]): Interval {
  const { area, standardError } = areaUnderCurve(ones, others)
  const margin = quantile95 * standardError
  return { value: area, least: area - margin, most: area + margin }
}

/** The median with its 95 % confidence interval, which is between two of the values whatever their distribution. */
export function medianInterval(values: readonly number[]): Interval {
  const margin = (quantile95 * Math.sqrt(values.length)) / 2 / values.length
  return {
    value: median(values),
    least: percentile(values, Math.max(0, 0.5 - margin)),
    most: percentile(values, Math.min(1, 0.5 + margin)),
  }
}

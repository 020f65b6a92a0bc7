import { median } from './statistics.ts'

export interface Pair {
  readonly subject: number
  readonly limit: number
}

export interface Comparison {
  /** The medians of what was measured. */
  readonly subject: number
  readonly limit: number
  /** The median of the ratios of each round, and the least and the most of them. */
  readonly ratio: number
  readonly least: number
  readonly most: number
}

/**
 * Measures the two in turn, A B A B, so that what else the machine does falls on both, and each round compares what
 * was measured within seconds of each other.
 */
export async function interleaved(
  rounds: number,
  subject: () => Promise<number>,
  limit: () => Promise<number>,
): Promise<Comparison> {
  const pairs: Pair[] = []
  for (let round = 0; round < rounds; round++) pairs.push({ subject: await subject(), limit: await limit() })
  return compare(pairs)
}

export function compare(pairs: readonly Pair[]): Comparison {
  const ratios = pairs.map((pair) => pair.subject / pair.limit)
  return {
    subject: median(pairs.map((pair) => pair.subject)),
    limit: median(pairs.map((pair) => pair.limit)),
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  }
}

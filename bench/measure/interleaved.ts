import { median } from './statistics.ts'

export interface Pair {
  readonly subject: number
  readonly limit: number
}

export interface Comparison {
  /** The medians of the measured values. */
  readonly subject: number
  readonly limit: number
  /** The median, the smallest and the largest of the ratios of all rounds. */
  readonly ratio: number
  readonly least: number
  readonly most: number
}

/**
 * Measures the two in turn, A B A B, so that other work on the machine affects both. Each round compares values that
 * were measured within seconds of each other.
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

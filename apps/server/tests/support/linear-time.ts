import { expect } from 'vitest'

const rounds = 5
/** With a text a hundred times as long, linear time grows a hundredfold and quadratic time ten thousandfold. */
const growthMax = 1_000
/** A time below this always passes. */
const negligibleMs = 20

/**
 * Expects that the time grows no faster than the length of the text. It compares the best of a few rounds at two
 * lengths, so a slow machine is slow at both.
 */
export async function expectLinearTime(
  name: string,
  work: (length: number) => unknown,
  length = 100_000,
): Promise<void> {
  const short = await bestOf(work, length / 100)
  const long = await bestOf(work, length)
  expect(long, `${name}: ${short} ms, and a hundred times longer`).toBeLessThan(
    short * growthMax + negligibleMs,
  )
}

async function bestOf(work: (length: number) => unknown, length: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await work(length)
    best = Math.min(best, performance.now() - start)
  }
  return best
}

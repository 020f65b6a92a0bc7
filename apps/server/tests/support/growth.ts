import { expect } from 'vitest'

const rounds = 5
/** Of a hundredfold text, the time of what is linear grows a hundredfold, and of what is not ten thousandfold. */
const growthMax = 1_000
/** Less than this is little, however it grew. */
const littleMs = 20

/**
 * Expects that the time for a text grows no worse than the text. It compares the best of a few rounds with that for
 * another length, so a slow machine is slow at both.
 */
export async function expectLinear(
  name: string,
  work: (length: number) => unknown,
  length = 100_000,
): Promise<void> {
  const short = await bestOf(work, length / 100)
  const long = await bestOf(work, length)
  expect(long, `${name}: ${short} ms, and a hundred times longer`).toBeLessThan(short * growthMax + littleMs)
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

import { setImmediate } from 'node:timers/promises'

/** About a millisecond. */
const roundsPerTurn = 500

/** Calls `step` so many times, and lets the server do other work in between: these rounds run in its event loop. */
export async function repeat(rounds: number, step: (round: number) => void): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && round % roundsPerTurn === 0) await setImmediate()
    step(round)
  }
}

/** The first `length` bytes of the block, repeated. */
export function fill(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block)
}

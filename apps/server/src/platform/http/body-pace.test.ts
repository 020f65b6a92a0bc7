import { describe, expect, it } from 'vitest'
import { isTooSlow } from './body-pace.ts'
import { defaultTimeouts } from './timeouts.ts'

const pace = defaultTimeouts.body

/** Sends a body at a steady speed. @returns after how many seconds it is complete, or null if it is refused before */
function send(sizeBytes: number, bytesPerSecond: number, everyMs = 100): number | null {
  let receivedBytes = 0
  for (let elapsedMs = 0; ; elapsedMs += 100) {
    if (elapsedMs % everyMs === 0) receivedBytes = (bytesPerSecond * elapsedMs) / 1_000
    if (receivedBytes >= sizeBytes) return elapsedMs / 1_000
    if (isTooSlow({ elapsedMs, receivedBytes, silentMs: elapsedMs % everyMs }, pace)) return null
  }
}

describe('the pace of a body', () => {
  it('is enough for a photograph on a slow line', () => {
    expect(send(3_000_000, 60_000)).toBe(50)
    expect(send(10_485_760, 60_000)).toBeCloseTo(174.8, 0)
    expect(send(3_000_000, pace.bytesPerSecondMin)).not.toBeNull()
  })

  it('must be at least the smallest speed after the first half minute', () => {
    expect(send(3_000_000, pace.bytesPerSecondMin - 1)).toBeNull()
    // A large body has thirty seconds in which its speed does not count.
    expect(send(29_000, 1_000)).toBe(29)
  })

  it('gives a JSON body thirty seconds, however slowly it is sent', () => {
    expect(send(65_536, 2_200)).toBeLessThan(30)
    expect(send(65_536, 2_100)).toBeNull()
  })

  it('ends a body that stands still, however fast it was before', () => {
    const { standstillMs } = pace
    const fast = { elapsedMs: standstillMs, receivedBytes: 10_000_000 }
    expect(isTooSlow({ ...fast, silentMs: standstillMs - 1 }, pace)).toBe(false)
    expect(isTooSlow({ ...fast, silentMs: standstillMs }, pace)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { clockToleranceMs, isAhead, isRecent, remainingMs, windowAround } from './time-bounds.ts'

const now = new Date('2026-11-20T12:00:00.000Z')
const at = (offsetMs: number) => new Date(now.getTime() + offsetMs)
const farMs = 10 * 365 * 86_400_000

describe('a stored time', () => {
  it('is recent for as long as the window lasts, and hardly at all before it', () => {
    const maxMs = 600_000
    const verdicts = [-maxMs, 1 - maxMs, 0, clockToleranceMs - 1, clockToleranceMs, farMs]
    expect(verdicts.map((offset) => isRecent(at(offset), now, maxMs))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
    ])
  })

  it('is recent before a short window for no longer than after it', () => {
    expect([9_999, 10_000].map((offset) => isRecent(at(offset), now, 10_000))).toEqual([true, false])
    expect(isRecent(now, now, 0)).toBe(false)
  })

  it('is within a window that has two ends', () => {
    expect(windowAround(now, 3_600_000)).toEqual({ after: at(-3_600_000), before: at(3_600_000) })
  })

  it('makes no one wait longer than its rule does', () => {
    expect(
      [-farMs, 0, 1, 60_000, 60_001, farMs].map((offset) => remainingMs(at(offset), now, 60_000)),
    ).toEqual([0, 0, 1, 60_000, 60_000, 60_000])
  })

  it('is ahead only if its rule can have set it', () => {
    expect([0, 1, 60_000, 60_001, farMs].map((offset) => isAhead(at(offset), now, 60_000))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ])
  })
})

import { minuteMs } from './durations.ts'

/**
 * Every comparison of a stored time with the current time uses these functions. The clock that stored the time may have
 * been ahead, and this clock may have been set back. So no stored time may make anyone wait longer, or work longer, than
 * the rule that it stands for allows.
 */

/**
 * How far the clocks of two servers may differ, and how far one clock may be set back, before the server no longer
 * accepts what another clock has dated (RFC 7519 §4.1.4, RFC 7519 §4.1.5).
 */
export const clockToleranceMs = minuteMs
export const clockToleranceSeconds = clockToleranceMs / 1_000

/**
 * True if the moment was less than `maxMs` ago. For a window in which something is *allowed*: a moment in the future
 * counts as long ago, except for the tolerance. Otherwise a clock that is set back would open the window again.
 */
export function isRecent(moment: Date, now: Date, maxMs: number): boolean {
  const ageMs = now.getTime() - moment.getTime()
  return ageMs < maxMs && ageMs > -Math.min(maxMs, clockToleranceMs)
}

/** The time around now in which something counts. Both ends are outside. */
export interface Window {
  readonly after: Date
  readonly before: Date
}

/**
 * For what is *repeated or sent* only for some time: a clock that differs neither ends that time early nor makes it more
 * than twice as long.
 */
export function windowAround(now: Date, maxMs: number): Window {
  return { after: new Date(now.getTime() - maxMs), before: new Date(now.getTime() + maxMs) }
}

/** The time until a deadline: never more than `maxMs`, the longest time for which such a deadline is set. */
export function remainingMs(deadline: Date, now: Date, maxMs: number): number {
  return Math.min(Math.max(deadline.getTime() - now.getTime(), 0), maxMs)
}

/** True if the deadline is still ahead, and not further than any such deadline is set. */
export function isAhead(deadline: Date, now: Date, maxMs: number): boolean {
  const leftMs = deadline.getTime() - now.getTime()
  return leftMs > 0 && leftMs <= maxMs
}

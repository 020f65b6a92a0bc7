import { dayMs, minuteMs } from '../../../../platform/kernel/durations.ts'
import { leaseSeconds } from './model.ts'

const firstWaitSeconds = 5
const growth = 3
const waitMaxSeconds = 4 * 3_600
/** Spreads the attempts, so that a receiver that comes back is not called by all of them at once. */
const jitter = 0.2

/** A delivery is given up at the first failed attempt after this time. */
export const triedMs = dayMs
/** More than a day has, for a clock that was wrong when the delivery was stored. */
const attemptsMax = 30

/** The wait after this many failed attempts: 5 seconds, three times as long each time, at most four hours. */
export function retryWaitMs(attempts: number, random: () => number): number {
  const seconds = Math.min(firstWaitSeconds * growth ** (attempts - 1), waitMaxSeconds)
  return Math.round(seconds * (1 + jitter * random()) * 1_000)
}

/**
 * What a receiver asks for counts if it is longer than the usual wait. It is bounded: a wrong header must not stop the
 * deliveries for a month.
 */
export function waitMs(usualMs: number, retryAfterMs: number | null): number {
  return Math.max(usualMs, Math.min(retryAfterMs ?? 0, waitMaxSeconds * 1_000))
}

/** Reads the header `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). @returns null if it is neither */
export function readRetryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  const isDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header)
  const waitedMs = isDate ? Date.parse(header) - now.getTime() : Number.NaN
  return Number.isNaN(waitedMs) ? null : Math.max(0, waitedMs)
}

export function isGivenUp({ owedAt, attempts }: { owedAt: Date; attempts: number }, now: Date): boolean {
  return now.getTime() - owedAt.getTime() >= triedMs || attempts >= attemptsMax
}

/** Another server's clock may be ahead by this much. */
const aheadMs = 5 * minuteMs

/** No delivery is due later than this. One that is was dated by a clock that was wrong, and is due now. */
export function latestDue(now: Date): Date {
  const longestSeconds = Math.max(waitMaxSeconds * (1 + jitter), leaseSeconds)
  return new Date(now.getTime() + longestSeconds * 1_000 + aheadMs)
}

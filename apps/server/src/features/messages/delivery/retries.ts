import { minuteMs } from '../../../platform/kernel/durations.ts'
import { leaseSeconds } from '../model.ts'

/** After this many attempts, about a day after the first, the server stops trying to deliver a message. */
export const attemptsMax = 18
const firstWaitSeconds = 30
const waitMaxSeconds = 7_200

/** The wait after this many failed attempts: 30 seconds, doubled each time, at most two hours. */
export function retryWaitSeconds(attempts: number): number {
  return Math.min(firstWaitSeconds * 2 ** (attempts - 1), waitMaxSeconds)
}

/** Another server's clock may be ahead by this much. Its messages must not be attempted before their time. */
const aheadMs = 5 * minuteMs

/**
 * When a message with this many attempts is due at the latest: after its wait, or when the claim of a server ends. A
 * message that is due later was dated by a clock that was wrong, and is due now.
 */
export function latestDue(attempts: number, now: Date): Date {
  const waitSeconds = Math.max(retryWaitSeconds(attempts), leaseSeconds)
  return new Date(now.getTime() + waitSeconds * 1_000 + aheadMs)
}

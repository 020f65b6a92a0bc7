import { dayMs, hourMs, minuteMs } from '../../../platform/kernel/durations.ts'
import { sessionTtlSecondsMax } from '../../../platform/kernel/lifetimes.ts'
import { isAhead } from '../../../platform/kernel/time-bounds.ts'
import type { Moment, RefreshFamily } from './model.ts'

/** How often the uses of sessions are stored, together. */
export const seenIntervalMs = 1_000
/** How old the stored last-seen time may become. Otherwise every request would be a write. */
export const seenAccuracyMs = minuteMs
/** A last-seen time that is further in the future comes from a clock that was wrong. */
export const seenAheadMaxMs = hourMs
/** No session lasts longer than this. The extra day allows for a clock that is set back. */
const lifeMaxMs = sessionTtlSecondsMax * 1_000 + dayMs

/**
 * When a session is over: at its end, or when it has been idle for too long (ASVS 7.3.1, 7.3.2). It is also over if its
 * end is further away than any end is set, because the clock that set it was wrong. `isUsable` in queries.ts asks the
 * database with the same times.
 */
export function momentAt(now: Date, idleSeconds: number): Moment {
  return {
    now,
    idleSince: new Date(now.getTime() - idleSeconds * 1_000),
    latestEnd: new Date(now.getTime() + lifeMaxMs),
  }
}

export function isOver(
  { principal, lastSeenAt }: Pick<RefreshFamily, 'principal' | 'lastSeenAt'>,
  { now, idleSince }: Moment,
): boolean {
  return !isAhead(principal.sessionEndsAt, now, lifeMaxMs) || lastSeenAt <= idleSince
}

/**
 * When the use of a session is stored.
 *
 * - Never, if another use was stored less than a minute ago.
 * - Now, if the stored time is in the future, because the session would never be idle. Also now, if the session has been
 *   idle for more than half of its time: before the use is stored, another server could treat the session as over.
 * - Otherwise later, together with the uses of other sessions.
 */
export function whenToStoreUse(lastSeenAt: Date, { now, idleSince }: Moment): 'never' | 'later' | 'now' {
  const unseenMs = now.getTime() - lastSeenAt.getTime()
  if (unseenMs < seenAccuracyMs && unseenMs >= -seenAheadMaxMs) return 'never'
  const idleMaxMs = now.getTime() - idleSince.getTime()
  return unseenMs < 0 || unseenMs > idleMaxMs / 2 ? 'now' : 'later'
}

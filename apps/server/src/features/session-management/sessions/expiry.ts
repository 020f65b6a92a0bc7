import type { Moment } from './model.ts'

/**
 * When a session is over: at its end, or when it has been idle for too long (ASVS 7.3.1, 7.3.2). `isUsable` in
 * queries.ts asks the database with these two times at every authenticated request.
 */
export function momentAt(now: Date, idleSeconds: number): Moment {
  return { now, idleSince: new Date(now.getTime() - idleSeconds * 1_000) }
}

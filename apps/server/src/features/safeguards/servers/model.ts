import { dayMs } from '../../../platform/kernel/durations.ts'
import type { ServerId } from '../../../platform/kernel/ids.ts'

export interface RunningServer {
  readonly id: ServerId
  /** The name of its machine. */
  readonly host: string
  readonly version: string
  /** The ids of its master secrets: first the one that seals, then those that only open. */
  readonly secretIds: readonly string[]
  /** As configured; null if it is not. */
  readonly publicUrl: string | null
  readonly startedAt: Date
  readonly seenAt: Date
}

/** How often a server reports that it runs. */
export const beatSeconds = 30

/**
 * A server that was seen longer ago has certainly ended: it has missed many beats, even if its clock is five minutes
 * off. One that crashed counts as running until then, because no one can know.
 */
const silenceMaxMs = 10 * 60_000

/** A row is bounded on both sides: a server whose clock was far ahead does not count forever. */
export function mayRun({ seenAt }: Pick<RunningServer, 'seenAt'>, now: Date): boolean {
  return Math.abs(now.getTime() - seenAt.getTime()) <= silenceMaxMs
}

export const rowLifeMs = dayMs

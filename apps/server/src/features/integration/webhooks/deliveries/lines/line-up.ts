import { inOrder } from '../../events/model.ts'
import type { OwedEvent } from '../model.ts'
import type { Tail } from './repository.ts'

/** A delivery in its line. Only the first of a line is due. */
export interface Placed {
  readonly event: OwedEvent
  readonly isDue: boolean
  readonly isFollowed: boolean
}

export interface LineUp {
  readonly placed: readonly Placed[]
  /** True if a new delivery becomes the last of the line in place of the one that was. */
  readonly followsTail: boolean
}

/**
 * Adds deliveries to the line of one endpoint and one person. The last of a line is the one with the latest place in the
 * audit trail, because the others are sent before it. The first is under way, or waits for its next attempt, and keeps
 * its place, so another delivery must become the last if the first was.
 * @param tail the last delivery of the line; null if nothing waits
 */
export function lineUp(events: readonly OwedEvent[], tail: Tail | null): LineUp {
  const sorted = inOrder(events)
  const last = sorted.at(-1)
  const isLater = (event: OwedEvent, other: Tail) =>
    event.block > other.block || (event.block === other.block && event.id > other.eventId)
  const followsTail = tail !== null && last !== undefined && (tail.isHead || isLater(last, tail))
  const placed = sorted.map((event, index) => ({
    event,
    isDue: tail === null && index === 0,
    isFollowed: event !== last || (tail !== null && !followsTail),
  }))
  return { placed, followsTail }
}

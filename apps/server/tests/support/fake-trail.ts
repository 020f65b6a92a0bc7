import type { TrailEvent } from '../../src/features/integration/webhooks/events/model.ts'
import type { Trail } from '../../src/features/integration/webhooks/events/service.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import type { FrozenClock } from './frozen-clock.ts'

/** An audit trail in memory. Each event that is added is a block of its own, unless several are added together. */
export class FakeTrail implements Trail {
  readonly #clock: FrozenClock
  readonly #blocks: TrailEvent[][] = []

  constructor(clock: FrozenClock) {
    this.#clock = clock
  }

  add(action: TrailEvent['action'], ...accountIds: readonly AccountId[]): readonly TrailEvent[] {
    const block = this.#blocks.length + 1
    const events = accountIds.map((accountId) => ({
      id: newId<TrailEvent['id']>(),
      block,
      at: this.#clock.now(),
      action,
      outcome: 'success' as const,
      accountId,
      actorId: null,
      sessionId: null,
      method: null,
      changes: null,
    }))
    this.#blocks.push(events)
    return events
  }

  async readAfter(_db: unknown, { block, limit }: { block: number; limit: number }) {
    const events: TrailEvent[] = []
    let last = block
    for (const next of this.#blocks.slice(block)) {
      if (events.length > 0 && events.length + next.length > limit) break
      events.push(...next)
      last += 1
    }
    return { events, block: last }
  }

  async lastBlock(): Promise<number> {
    return this.#blocks.length
  }

  async blockBefore(_db: unknown, at: Date): Promise<number> {
    return this.#blocks.filter(([first]) => first !== undefined && first.at < at).length
  }
}

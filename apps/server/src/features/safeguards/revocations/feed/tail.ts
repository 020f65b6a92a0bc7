import { setTimeout } from 'node:timers/promises'
import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { highestId } from '../../../../platform/kernel/ids.ts'
import type { NumberedRevocation } from '../model.ts'
import { type FeedEvent, heartbeatIntervalMs, pollIntervalMs } from './model.ts'
import type { FeedPosition, FeedRepository } from './repository.ts'

export interface RevocationTailOptions {
  readonly db: Database
  readonly feed: FeedRepository
  readonly clock: Clock
}

/** Null when the server stops. */
type Listener = (event: FeedEvent | null) => void

const pageSize = 1_000
const batchSize = 500

/**
 * Follows the revocations of all servers for everyone who listens to this one: one query for all of them. It reads only
 * while someone listens.
 */
export class RevocationTail {
  readonly #options: RevocationTailOptions
  readonly #listeners = new Set<Listener>()
  #waking = new AbortController()
  #running: Promise<void> | null = null
  #position: number | null = null
  #polling: Promise<void> | null = null
  #heardAt = 0
  #isFailing = false
  #isStopped = false
  #onFailure: (error: unknown) => void = () => undefined

  constructor(options: RevocationTailOptions) {
    this.#options = options
  }

  /** @returns the last batch before the first event that the listener gets */
  async join(listener: Listener): Promise<number> {
    // A poll may have told the others a part of what it reads, while the position is still the one before it. A listener
    // that joined then would miss that part (A77). Nothing may be awaited between this and the joining.
    while (this.#polling !== null || this.#position === null)
      await (this.#polling?.catch(() => undefined) ?? this.#begin())
    if (this.#isStopped) listener(null)
    this.#listeners.add(listener)
    this.#running ??= this.#run()
    return this.#position
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size === 0) this.#waking.abort()
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Calls back when the database has stopped answering. */
  onFailure(listener: (error: unknown) => void): void {
    this.#onFailure = listener
  }

  /** Looks for revocations now. */
  wake(): void {
    this.#waking.abort()
  }

  /** Ends every stream. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#waking.abort()
    for (const listener of this.#listeners) listener(null)
    await this.#running
  }

  async #begin(): Promise<number> {
    const { db, feed } = this.#options
    const last = await feed.lastBatch(db)
    this.#position ??= last
    return this.#position
  }

  async #run(): Promise<void> {
    while (!this.#isStopped && this.#listeners.size > 0) {
      this.#waking = new AbortController()
      await this.#runOnce()
      await setTimeout(pollIntervalMs, undefined, { signal: this.#waking.signal }).catch(() => undefined)
    }
    this.#running = null
    this.#position = null
  }

  async #runOnce(): Promise<void> {
    try {
      this.#polling = this.#poll()
      await this.#polling
      this.#isFailing = false
    } catch (error) {
      // Once, and not at each attempt. Without heartbeats, every client notices.
      if (!this.#isFailing) this.#onFailure(error)
      this.#isFailing = true
    } finally {
      this.#polling = null
    }
  }

  async #poll(): Promise<void> {
    const { db, feed } = this.#options
    const from = this.#position ?? (await this.#begin())
    if (await feed.hasUnnumbered(db)) await this.#number()
    const last = await feed.lastBatch(db)
    for await (const event of pagesOf(this.#options, from, last)) this.#tell(event)
    this.#position = last
    if (performance.now() - this.#heardAt >= heartbeatIntervalMs)
      this.#tell({ kind: 'heartbeat', completeTo: last, revocations: [] })
  }

  async #number(): Promise<void> {
    const { db, feed, clock } = this.#options
    let count = batchSize
    while (count === batchSize)
      count = await inTransaction(db, (transaction) =>
        feed.number(transaction, { limit: batchSize, now: clock.now() }),
      )
  }

  #tell(event: FeedEvent): void {
    this.#heardAt = performance.now()
    for (const listener of this.#listeners) listener(event)
  }
}

/** Everything after one batch up to another one, in pages. */
export async function* pagesOf(
  { db, feed, clock }: Pick<RevocationTailOptions, 'db' | 'feed' | 'clock'>,
  from: number,
  until: number,
): AsyncGenerator<FeedEvent> {
  let after: FeedPosition = { batch: from, id: highestId }
  while (after.batch < until) {
    const page: NumberedRevocation[] = await feed.list(db, {
      after,
      until,
      now: clock.now(),
      limit: pageSize,
    })
    const last = page.at(-1)
    if (last === undefined) return
    const isEnd = page.length < pageSize
    yield { kind: 'revocations', completeTo: isEnd ? until : last.batch - 1, revocations: page }
    if (isEnd) return
    after = last
  }
}

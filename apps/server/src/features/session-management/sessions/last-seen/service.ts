import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { SessionId } from '../../../../platform/kernel/ids.ts'
import { unlessUnavailable } from '../../../../platform/kernel/problems.ts'
import { seenAccuracyMs, seenAheadMaxMs, whenToStoreUse } from '../expiry.ts'
import type { Moment, Session } from '../model.ts'
import type { LastSeenRepository } from './repository.ts'

export interface LastSeenServiceOptions {
  readonly db: Database
  readonly lastSeen: LastSeenRepository
  /** The maximum number of sessions to remember while the database cannot write. */
  readonly notedMax?: number
}

/** Sessions that get the same time. */
interface Batch {
  readonly ids: readonly SessionId[]
  readonly at: Date
}

/** Every engine accepts this many rows in one statement. */
const batchRows = 500

/**
 * When sessions were last used, until that is stored: for all of them together, once a second. So no request waits for
 * the write. A crash loses the last second.
 */
export class LastSeenService {
  readonly #options: Required<LastSeenServiceOptions>
  /** A session stays until its time is stored. In the order in which the sessions were noted. */
  readonly #noted = new Map<SessionId, Date>()
  #flushing: Promise<void> = Promise.resolve()

  constructor(options: LastSeenServiceOptions) {
    this.#options = { notedMax: 100_000, ...options }
  }

  /** Called for each use of a session that is usable. */
  async use(sessionId: SessionId, lastSeenAt: Date, moment: Moment): Promise<void> {
    const when = whenToStoreUse(this.#latest(sessionId, lastSeenAt), moment)
    if (when !== 'never') this.#note(sessionId, moment.now)
    // If it cannot be stored, the session is idle sooner for other servers.
    if (when === 'now') await this.flush().catch(unlessUnavailable)
  }

  /** The sessions with the times that are not stored yet. */
  refine(sessions: readonly Session[]): Session[] {
    return sessions.map((session) => ({
      ...session,
      lastSeenAt: this.#latest(session.id, session.lastSeenAt),
    }))
  }

  /** Stores every time that was noted before the call. The next call tries again what could not be stored. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#store())
    return this.#flushing
  }

  /** Stores the times of these sessions. @returns whether any of them was noted */
  async storeAmong(transaction: Transaction, ids: readonly SessionId[]): Promise<boolean> {
    const batches = batchesOf([...this.#noted].filter(([id]) => ids.includes(id)))
    for (const batch of batches) await this.#touch(transaction, batch)
    return batches.length > 0
  }

  #note(id: SessionId, at: Date): void {
    const isNew = !this.#noted.delete(id)
    // The next use of the session notes it again.
    if (isNew && this.#noted.size >= this.#options.notedMax) return
    this.#noted.set(id, at)
  }

  /** The later of the time that is stored and the time that is not stored yet. */
  #latest(id: SessionId, stored: Date): Date {
    const noted = this.#noted.get(id)
    return noted !== undefined && noted > stored ? noted : stored
  }

  async #store(): Promise<void> {
    const { db } = this.#options
    for (const batch of batchesOf([...this.#noted])) {
      await inTransaction(db, (transaction) => this.#touch(transaction, batch))
      for (const id of batch.ids) if (this.#latest(id, batch.at) <= batch.at) this.#noted.delete(id)
    }
  }

  async #touch(transaction: Transaction, { ids, at }: Batch): Promise<void> {
    const latest = new Date(at.getTime() + seenAheadMaxMs)
    await this.#options.lastSeen.touch(transaction, ids, at, latest)
  }
}

/** All sessions of a batch get its latest time, which is accurate enough for each of them. */
function batchesOf(noted: readonly (readonly [SessionId, Date])[]): Batch[] {
  const batches: { ids: SessionId[]; first: Date; at: Date }[] = []
  for (const [id, at] of noted) {
    const last = batches.at(-1)
    const fits = last !== undefined && last.ids.length < batchRows && areClose(last.first, at)
    if (!fits) batches.push({ ids: [id], first: at, at })
    else {
      last.ids.push(id)
      if (at > last.at) last.at = at
    }
  }
  return batches
}

function areClose(one: Date, other: Date): boolean {
  return Math.abs(one.getTime() - other.getTime()) < seenAccuracyMs
}

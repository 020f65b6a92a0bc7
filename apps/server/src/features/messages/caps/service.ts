import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import { type Cap, type CountedMessage, capsOn, type MessageLimits, type WithheldReason } from './model.ts'
import type { Counter, MessageCountsRepository } from './repository.ts'

export interface MessageCapsOptions {
  readonly db: Database
  readonly counts: MessageCountsRepository
  readonly clock: Clock
  /** Null if the server does not limit callers. */
  readonly limits: MessageLimits | null
  readonly costlyNumbers: 'refused' | 'allowed'
}

interface NamedCounter extends Counter {
  readonly name: Cap['name']
}

/** Accounts last longer than any other window, so an address that was never verified is counted for a decade. */
const endlessDays = 3_650

/**
 * A counter with a high maximum is kept in several rows, one of which is chosen at random: otherwise every message of
 * every server would wait for the same row, and in a Galera cluster undo the transaction of another.
 */
const rowsMax = 8
const splitFrom = 400

/**
 * Counts messages before they are sent, in the database, so that no one causes more of them by parallel requests, another
 * server or a restart (A88, A89). A count belongs to an hour or a day of the calendar. So no stored time is compared
 * with the clock: a clock that is set back finds the counts that it left.
 */
export class MessageCapsService {
  readonly #options: MessageCapsOptions

  constructor(options: MessageCapsOptions) {
    this.#options = options
  }

  /**
   * Counts a message in the transaction that writes it.
   * @returns why it must not be sent; null if it may. It is not counted then, so that no one uses up the caps of others.
   */
  async count(transaction: Transaction, message: CountedMessage): Promise<WithheldReason | null> {
    const { counts, clock, limits } = this.#options
    const now = clock.now()
    const counters = capsOn(message, limits).map((cap) => counterOf(cap, now))
    const counted = await counts.find(transaction, counters)
    const reached = counters.find(({ counter, max }) => (counted.get(counter) ?? 0) >= max)
    const reason = this.#isTooCostly(message) ? 'costly_number' : (reached?.name ?? null)
    // The same statements in every case: their time must not reveal whether an address has an account (A06).
    if (reason === null) await counts.increment(transaction, counters, counted.size)
    else await counts.touch(transaction, counters)
    const missing = counters.filter(({ counter }) => !counted.has(counter))
    await counts.insert(transaction, [...missing, decoy(now)], reason === null ? 1 : 0)
    return reason
  }

  /** @returns how many counts it deleted, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, counts, clock } = this.#options
    return await inTransaction(db, (transaction) => counts.deleteOld(transaction, clock.now(), limit))
  }

  // A number that was stored before the setting changed.
  #isTooCostly({ recipient }: CountedMessage): boolean {
    return recipient.isCostly && this.#options.costlyNumbers === 'refused'
  }
}

function counterOf({ name, counted, max, windowMs }: Cap, now: Date): NamedCounter {
  const rows = max < splitFrom ? 1 : rowsMax
  const row = Math.floor(Math.random() * rows)
  const window = windowMs === null ? 0 : Math.floor(now.getTime() / windowMs)
  const ends = windowMs === null ? now.getTime() + endlessDays * dayMs : (window + 1) * windowMs
  return {
    name,
    counter: digestSecret(JSON.stringify([name, counted, windowMs, window, row])),
    max: Math.ceil(max / rows),
    endsAt: new Date(ends),
  }
}

/** A row that counts nothing: an insert of no rows would be no statement. */
function decoy(now: Date): Counter {
  return { counter: digestSecret(newId()), max: 0, endsAt: now }
}

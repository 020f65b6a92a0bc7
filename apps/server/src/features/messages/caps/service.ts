import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs, hourMs } from '../../../platform/kernel/durations.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import type { Recipient } from '../model.ts'
import { type Cap, type CountedMessage, capsOn, type MessageLimits, type WithheldReason } from './model.ts'
import type { Counter, MessageCountsRepository } from './repository.ts'
import { type CodeWatch, isTripped, watchesOf } from './unused-codes.ts'

export interface MessageCapsOptions {
  readonly db: Database
  readonly counts: MessageCountsRepository
  readonly keyedDigests: Pick<KeyedDigests, 'digest'>
  readonly clock: Clock
  /** Null if the server does not limit callers. */
  readonly limits: MessageLimits | null
  readonly costlyNumbers: 'refused' | 'allowed'
}

interface NamedCounter extends Counter {
  readonly name: WithheldReason
}

interface WatchedCounters {
  readonly watch: CodeWatch
  readonly sent: NamedCounter
  readonly used: NamedCounter
}

/** Accounts last longer than any other window, so an address that was never verified is counted for a decade. */
const endlessDays = 3_650

/**
 * A counter with a high maximum is kept in several rows, one of which is chosen at random: otherwise every message of
 * every server would wait for the same row, and in a Galera cluster undo the transaction of another.
 */
const rowsMax = 8
const splitFrom = 400
/** What is watched has no maximum of its own. */
const countMax = 2 ** 31 - 1

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
    const watches = watchesOf(message, limits).map((watch) => this.#watchedCounters(watch, now))
    const counters = [
      ...capsOn(message, limits).map((cap) => this.#counterOf(cap, now)),
      ...watches.map(({ sent }) => sent),
    ]
    const read = await counts.find(transaction, [...counters, ...watches.map(({ used }) => used)])
    const countOf = ({ counter }: Counter) => read.get(counter) ?? 0
    const reached = counters.find((counter) => countOf(counter) >= counter.max)
    const isUnused = watches.some(({ watch, sent, used }) =>
      isTripped(watch, { sent: countOf(sent), used: countOf(used) }),
    )
    const limited = reached?.name ?? (isUnused ? 'few_codes_used' : null)
    const reason = this.#refusalOf(message) ?? limited
    const missing = counters.filter(({ counter }) => !read.has(counter))
    // The same statements in every case: their time must not reveal whether an address has an account (A06).
    if (reason === null) await counts.increment(transaction, counters, counters.length - missing.length)
    else await counts.touch(transaction, counters)
    await counts.insert(transaction, [...missing, this.#decoy(now)], reason === null ? 1 : 0)
    return reason
  }

  /** Counts that someone has used a code that was sent to them, in the transaction that uses it. */
  async countUsedCode(transaction: Transaction, recipient: Recipient): Promise<void> {
    const { counts, clock, limits } = this.#options
    const watches = watchesOf({ recipient, carriesCode: true }, limits)
    if (watches.length === 0) return
    const counters = watches.map((watch) => this.#watchedCounters(watch, clock.now()).used)
    const read = await counts.find(transaction, counters)
    const missing = counters.filter(({ counter }) => !read.has(counter))
    if (read.size > 0) await counts.increment(transaction, counters, read.size)
    if (missing.length > 0) await counts.insert(transaction, missing, 1)
  }

  /** @returns how many counts it deleted, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, counts, clock } = this.#options
    return await inTransaction(db, (transaction) => counts.deleteOld(transaction, clock.now(), limit))
  }

  #refusalOf({ recipient, unsendable = null }: CountedMessage): WithheldReason | null {
    if (unsendable !== null) return unsendable
    // A number that was stored before the setting changed.
    return recipient.isCostly && this.#options.costlyNumbers === 'refused' ? 'costly_number' : null
  }

  #counterOf({ name, counted, max, windowMs, morePerHour = 0 }: Cap, now: Date): NamedCounter {
    const rows = max < splitFrom ? 1 : rowsMax
    const hours = windowMs === null ? 0 : Math.floor((now.getTime() % windowMs) / hourMs)
    const row = Math.floor(Math.random() * rows)
    const window = windowMs === null ? 0 : Math.floor(now.getTime() / windowMs)
    const ends = windowMs === null ? now.getTime() + endlessDays * dayMs : (window + 1) * windowMs
    return {
      name,
      counter: this.#digest([name, counted, windowMs, window, row]),
      max: Math.ceil((max + hours * morePerHour) / rows),
      endsAt: new Date(ends),
    }
  }

  /** In one row each, because their share must be exact. Codes by text message are few. */
  #watchedCounters(watch: CodeWatch, now: Date): WatchedCounters {
    const counterFor = (counted: readonly string[]): NamedCounter => {
      const window = Math.floor(now.getTime() / watch.windowMs)
      return {
        name: 'few_codes_used',
        counter: this.#digest([counted, watch.windowMs, window]),
        max: countMax,
        endsAt: new Date((window + 1) * watch.windowMs),
      }
    }
    return { watch, sent: counterFor(watch.sent), used: counterFor(watch.used) }
  }

  /** A row that counts nothing: an insert of no rows would be no statement. */
  #decoy(now: Date): Counter {
    return { counter: this.#digest([newId()]), max: 0, endsAt: now }
  }

  /**
   * With a key that is not in the database: otherwise a thief of it could find out which addresses have got a message,
   * also those of people without an account (A85). After a rotation of the master secret the counts start again.
   */
  #digest(counted: unknown): string {
    return this.#options.keyedDigests.digest('message-count', [JSON.stringify(counted)])
  }
}

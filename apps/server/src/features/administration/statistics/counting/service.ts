import type { AuditEventRow } from '../../../../platform/database/audit-tables.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { isPseudonym } from '../../../safeguards/audit/people/model.ts'
import type { ActivityService } from '../activity/service.ts'
import { additionsOf, type Counted, countedOf, type Happened, startOf } from '../model.ts'
import type { StatisticsRepository } from '../repository.ts'

export interface CountingOptions {
  readonly db: Database
  readonly statistics: StatisticsRepository
  readonly activity: Pick<ActivityService, 'record'>
  readonly clock: Clock
}

/** How often what was inserted is added up. */
export const foldIntervalMs = 1_000

/** Every engine accepts so many ids in one statement. */
const changesAtOnce = 500

/**
 * Counts what happens, exactly once, without anyone waiting for the row of a counter. An event of the audit trail is
 * counted when it is sealed: one server seals at a time, and the count is committed with the block. Everything else
 * inserts a row in the transaction in which it happens, and a job adds these rows up.
 */
export class CountingService {
  readonly #options: CountingOptions

  constructor(options: CountingOptions) {
    this.#options = options
  }

  /** Call this in the transaction that seals the events, and only there. */
  async countEvents(transaction: Transaction, events: readonly AuditEventRow[]): Promise<void> {
    const happened = events.map((event) => ({
      what: countedOf(event),
      at: new Date(event.at),
      amount: event.occurrences ?? 1,
    }))
    await this.#add(transaction, happened)
    for (const [day, accountIds] of signedInByDay(events))
      await this.#options.activity.record(transaction, [...accountIds], new Date(day))
  }

  /** Counts a message once, when nothing more is tried. */
  async countMessage(transaction: Transaction, channel: string, outcome: 'sent' | 'given_up'): Promise<void> {
    await this.#change(transaction, { figure: 'message', name: channel, outcome }, 1)
  }

  /** Counts accounts of people that are created (more than 0), or erased. A change by 0 does the same work. */
  async changePeople(transaction: Transaction, by: number): Promise<void> {
    const outcome = by < 0 ? 'removed' : 'added'
    await this.#change(transaction, { figure: 'people', name: '', outcome }, Math.abs(by))
  }

  /** Adds up what was inserted since the last call, on whatever server. */
  async fold(): Promise<void> {
    const { db } = this.#options
    let folded: number
    do folded = await this.#foldSome(db)
    while (folded === changesAtOnce)
  }

  async #foldSome(db: Database): Promise<number> {
    const { statistics } = this.#options
    // Without a transaction, because there is nothing to do most of the time.
    if ((await statistics.listChanges(db, 1)).length === 0) return 0
    return await inTransaction(db, async (transaction) => {
      const changes = await statistics.listChanges(transaction, changesAtOnce)
      if (changes.length === 0) return 0
      const ids = changes.map(({ id }) => id)
      await statistics.takeChanges(transaction, ids)
      const happened = changes.map(({ figure, name, outcome, amount, at }) => ({
        what: { figure, name, outcome, method: '', reason: '' },
        at,
        amount,
      }))
      await this.#add(transaction, happened)
      return changes.length
    })
  }

  async #change(
    transaction: Transaction,
    what: Pick<Counted, 'figure' | 'name' | 'outcome'>,
    amount: number,
  ): Promise<void> {
    const { clock, statistics } = this.#options
    await statistics.insertChange(transaction, { ...what, amount, at: clock.now() })
  }

  async #add(transaction: Transaction, happened: readonly Happened[]): Promise<void> {
    for (const addition of additionsOf(happened)) await this.#options.statistics.add(transaction, addition)
  }
}

/** Who signed in on each day. Someone whose account was erased within a second of it is no longer known. */
function signedInByDay(events: readonly AuditEventRow[]) {
  const days = new Map<number, Set<NonNullable<AuditEventRow['account_id']>>>()
  for (const { action, outcome, account_id, at } of events) {
    if (action !== 'sign_in' || outcome !== 'success' || account_id === null || isPseudonym(account_id))
      continue
    const day = startOf('day', new Date(at))
    days.set(day, (days.get(day) ?? new Set()).add(account_id))
  }
  return days
}

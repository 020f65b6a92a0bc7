import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { type ActivityPeriod, activityPeriods, startOf } from '../model.ts'
import type { StatisticsRepository } from '../repository.ts'
import type { ActivityRepository } from './repository.ts'

export interface ActivityOptions {
  readonly db: Database
  readonly activity: ActivityRepository
  readonly statistics: Pick<StatisticsRepository, 'add'>
  readonly clock: Clock
  /** How many people to remember while the database cannot write. */
  readonly notedMax?: number
}

/** Every engine accepts this many ids in one statement. */
const batchIds = 500

/** How often what was noted is stored. */
export const activityIntervalMs = 1_000

/** How long a row is kept after its period began: the period, and two days for events that are counted late. */
const keptDays = { day: 3, week: 9, month: 33 } as const satisfies Record<ActivityPeriod, number>

/**
 * Counts the people who were active in a day, a week and a month, each once. A sign-in is counted with its event. The
 * first use of a session on a day is noted here, and stored once a second with those of others, so that no request waits
 * for it. A crash loses the last second.
 */
export class ActivityService {
  readonly #options: Required<ActivityOptions>
  /** By day: the start of the day, and who was active. */
  #noted = new Map<number, Set<AccountId>>()
  #flushing: Promise<void> = Promise.resolve()

  constructor(options: ActivityOptions) {
    this.#options = { notedMax: 100_000, ...options }
  }

  /** Notes that a person uses a session, for the first time on that day. */
  note(accountId: AccountId, at: Date): void {
    const day = startOf('day', at)
    const noted = this.#noted.get(day) ?? new Set()
    if (noted.size < this.#options.notedMax) this.#noted.set(day, noted.add(accountId))
  }

  /** Stores what was noted before the call. The next call tries again what could not be stored. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#store())
    return this.#flushing
  }

  /** Counts those who are not counted yet. The caller sees to it that none of them is erased at the same time. */
  async record(transaction: Transaction, accountIds: readonly AccountId[], at: Date): Promise<void> {
    for (const batch of batchesOf(accountIds))
      for (const period of activityPeriods)
        await this.#recordIn(transaction, batch, { period, startsAt: startOf(period, at) })
  }

  /** Deletes what is known about the account. It stays counted. */
  async forget(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.activity.deleteByAccount(transaction, accountId)
  }

  /** Deletes the rows of periods that are over. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { activity, clock, db } = this.#options
    let purged = 0
    for (const period of activityPeriods) {
      const startedBefore = clock.now().getTime() - keptDays[period] * dayMs
      const left = limit - purged
      if (left > 0)
        purged += await inTransaction(db, (transaction) =>
          activity.deleteOld(transaction, { period, startedBefore, limit: left }),
        )
    }
    return purged
  }

  async #recordIn(
    transaction: Transaction,
    accountIds: readonly AccountId[],
    within: { readonly period: ActivityPeriod; readonly startsAt: number },
  ): Promise<void> {
    const { activity, statistics } = this.#options
    const known = await activity.find(transaction, accountIds, within)
    const added = accountIds.filter((accountId) => !known.has(accountId))
    if (added.length === 0) return
    await activity.insert(
      transaction,
      added.map((accountId) => ({ accountId, ...within })),
    )
    const what = { figure: 'active', name: '', outcome: '', method: '', reason: '' } as const
    await statistics.add(transaction, { ...what, ...within, amount: added.length })
  }

  async #store(): Promise<void> {
    const { activity, db } = this.#options
    for (const [day, noted] of [...this.#noted])
      for (const batch of batchesOf([...noted].toSorted())) {
        await inTransaction(db, async (transaction) => {
          const existing = await activity.lockExisting(transaction, batch)
          await this.record(transaction, existing, new Date(day))
        })
        for (const accountId of batch) noted.delete(accountId)
        if (noted.size === 0) this.#noted.delete(day)
      }
  }
}

function* batchesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += batchIds) yield items.slice(at, at + batchIds)
}

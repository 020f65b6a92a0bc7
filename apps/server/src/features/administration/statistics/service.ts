import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { startOfDay } from '../../../platform/kernel/durations.ts'
import {
  type ActivePeople,
  type ActivityPeriod,
  activityPeriods,
  type Count,
  type Range,
  type Report,
  rangeBefore,
  type Step,
  startsWithin,
  wholeIntervals,
} from './model.ts'
import type { StatisticsRepository } from './repository.ts'
import { peopleChange, totalsOf } from './totals.ts'

export interface StatisticsOptions {
  readonly db: Database
  readonly statistics: Pick<StatisticsRepository, 'read'>
  readonly clock: Clock
}

/** 1970. */
const beginning = new Date(0)

/** Reads the figures. It reads rows of counters only, so the number of accounts and events does not matter. */
export class StatisticsService {
  readonly #options: StatisticsOptions

  constructor(options: StatisticsOptions) {
    this.#options = options
  }

  /** The report on a range, in whole intervals, and the one on the range before it. */
  async compare(range: Range): Promise<{ readonly current: Report; readonly before: Report }> {
    const current = wholeIntervals(range)
    const before = rangeBefore(current)
    const { db, statistics } = this.#options
    const counts = await statistics.read(db, ['event', 'message', 'people'], {
      period: current.interval,
      from: before.from,
      to: current.to,
    })
    const peopleAtStart = await this.#peopleAt(before)
    const reportBefore = await this.#report(before, counts, peopleAtStart)
    return { current: await this.#report(current, counts, reportBefore.people), before: reportBefore }
  }

  async #report(range: Range, counts: readonly Count[], peopleAtStart: number): Promise<Report> {
    const within = counts.filter(({ startsAt }) => isWithin(startsAt, range))
    const steps = this.#stepsOf(range, within, peopleAtStart)
    return {
      ...totalsOf(within),
      range,
      people: peopleAtStart + peopleChange(within),
      steps,
      active: await this.#active(range),
    }
  }

  /** One for each interval that has begun. */
  #stepsOf(range: Range, counts: readonly Count[], peopleAtStart: number): Step[] {
    const now = this.#options.clock.now().getTime()
    const byStart = Map.groupBy(counts, ({ startsAt }) => startsAt)
    let people = peopleAtStart
    return startsWithin(range.interval, range)
      .filter((startsAt) => startsAt <= now)
      .map((startsAt) => {
        const own = byStart.get(startsAt) ?? []
        people += peopleChange(own)
        return { ...totalsOf(own), startsAt: new Date(startsAt), people }
      })
  }

  /** The accounts of people when the range begins: all that were ever added, without those that were removed. */
  async #peopleAt({ from }: Range): Promise<number> {
    const { db, statistics } = this.#options
    const midnight = new Date(startOfDay(from))
    const days = await statistics.read(db, ['people'], { period: 'day', from: beginning, to: midnight })
    const hours = await statistics.read(db, ['people'], { period: 'hour', from: midnight, to: from })
    return peopleChange(days) + peopleChange(hours)
  }

  async #active(range: Range): Promise<Record<ActivityPeriod, readonly ActivePeople[]>> {
    const [day, week, month] = await Promise.all(
      activityPeriods.map((period) => this.#activeIn(period, range)),
    )
    return { day: day ?? [], week: week ?? [], month: month ?? [] }
  }

  async #activeIn(period: ActivityPeriod, range: Range): Promise<ActivePeople[]> {
    const { clock, db, statistics } = this.#options
    const now = clock.now().getTime()
    const starts = startsWithin(period, range).filter((startsAt) => startsAt <= now)
    const from = new Date(starts[0] ?? range.from)
    const counts = await statistics.read(db, ['active'], { period, from, to: range.to })
    const people = new Map(counts.map(({ startsAt, counted }) => [startsAt, counted]))
    return starts.map((startsAt) => ({ startsAt: new Date(startsAt), people: people.get(startsAt) ?? 0 }))
  }
}

function isWithin(startsAt: number, { from, to }: Range): boolean {
  return startsAt >= from.getTime() && startsAt < to.getTime()
}

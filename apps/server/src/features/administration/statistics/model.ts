import { dayMs, hourMs } from '../../../platform/kernel/durations.ts'

/** Everything is counted by hour and by day of UTC; people who were active by day, week and month. */
export type Period = 'hour' | 'day' | 'week' | 'month'
export const activityPeriods = ['day', 'week', 'month'] as const
export type ActivityPeriod = (typeof activityPeriods)[number]
export type Interval = Extract<Period, 'hour' | 'day'>
export const intervals: readonly Interval[] = ['hour', 'day']

export type Figure = 'event' | 'message' | 'people' | 'active'

/** What is counted, and when it happened. */
export interface Counted {
  readonly figure: Figure
  /** The action of an event, or the channel of a message; empty for the others. */
  readonly name: string
  readonly outcome: string
  readonly method: string
  readonly reason: string
}

/** How often something happened in a period. */
export interface Count extends Counted {
  readonly startsAt: number
  readonly counted: number
}

/** To be added to the row of a period. */
export interface Addition extends Counted {
  readonly period: Period
  readonly startsAt: number
  readonly amount: number
}

/** Something that happened, so many times. */
export interface Happened {
  readonly what: Counted
  readonly at: Date
  readonly amount: number
}

/** The parts of an event by which it is counted. */
interface CountedEvent {
  readonly action: string
  readonly outcome: string
  readonly method: string | null
  readonly reason: string | null
}

/** The method and the reason are those of sign-ins only: more kinds of rows would say nothing that anyone asks. */
export function countedOf({ action, outcome, method, reason }: CountedEvent): Counted {
  const isSignIn = action === 'sign_in'
  return {
    figure: 'event',
    name: action,
    outcome,
    method: isSignIn ? (method ?? '') : '',
    reason: isSignIn ? (reason ?? '') : '',
  }
}

/** One for each row that changes, in one order, so that two servers never wait for each other in a circle. */
export function additionsOf(happened: readonly Happened[]): Addition[] {
  const sums = new Map<string, Addition>()
  for (const { what, at, amount } of happened) {
    if (amount === 0) continue
    for (const period of intervals) {
      const startsAt = startOf(period, at)
      const { figure, name, outcome, method, reason } = what
      const key = JSON.stringify([figure, period, startsAt, name, outcome, method, reason])
      sums.set(key, { ...what, period, startsAt, amount: amount + (sums.get(key)?.amount ?? 0) })
    }
  }
  return [...sums].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, addition]) => addition)
}

/** 1970 began on a Thursday. Weeks begin on Mondays (ISO 8601). */
const firstMondayMs = -3 * dayMs
const weekMs = 7 * dayMs

/** When the period around that time starts, in milliseconds. */
export function startOf(period: Period, at: Date): number {
  const time = at.getTime()
  switch (period) {
    case 'hour':
      return Math.floor(time / hourMs) * hourMs
    case 'day':
      return Math.floor(time / dayMs) * dayMs
    case 'week':
      return Math.floor((time - firstMondayMs) / weekMs) * weekMs + firstMondayMs
    case 'month':
      return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)
  }
}

/** When the next period starts. */
export function endOf(period: Period, startsAt: number): number {
  switch (period) {
    case 'hour':
      return startsAt + hourMs
    case 'day':
      return startsAt + dayMs
    case 'week':
      return startsAt + weekMs
    case 'month': {
      const start = new Date(startsAt)
      return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)
    }
  }
}

/** The starts of the periods that overlap the time from `from` to before `to`. */
export function startsWithin(period: Period, { from, to }: { from: Date; to: Date }): number[] {
  const starts: number[] = []
  for (let at = startOf(period, from); at < to.getTime(); at = endOf(period, at)) starts.push(at)
  return starts
}

/** The longest time that one report covers. */
export const daysMax = { hour: 31, day: 400 } as const satisfies Record<Interval, number>
export const daysDefault = 30

export interface Range {
  readonly interval: Interval
  readonly from: Date
  readonly to: Date
}

/** The range in whole intervals. */
export function wholeIntervals({ interval, from, to }: Range): Range {
  const last = startOf(interval, to)
  const end = last === to.getTime() ? last : endOf(interval, last)
  return { interval, from: new Date(startOf(interval, from)), to: new Date(end) }
}

/** The range of the same length that ends where this one begins. */
export function rangeBefore({ interval, from, to }: Range): Range {
  return { interval, from: new Date(2 * from.getTime() - to.getTime()), to: from }
}

/** How often each value occurred, the most frequent first. */
export interface Share {
  readonly value: string
  readonly count: number
}

/** What happened in an interval, or in all intervals of a range together. */
export interface Totals {
  readonly signUps: number
  readonly signIns: number
  readonly refusedSignIns: number
  readonly signInsByMethod: readonly Share[]
  readonly refusedByReason: readonly Share[]
  readonly messages: readonly MessageTotals[]
}

export const channels = ['mail', 'sms'] as const

export interface MessageTotals {
  readonly channel: (typeof channels)[number]
  readonly sent: number
  readonly givenUp: number
}

export interface Step extends Totals {
  readonly startsAt: Date
  /** The accounts of people at its end. */
  readonly people: number
}

export interface ActivePeople {
  readonly startsAt: Date
  readonly people: number
}

export interface Report extends Totals {
  readonly range: Range
  /** The accounts of people at the end of the range, or now. */
  readonly people: number
  readonly steps: readonly Step[]
  readonly active: Readonly<Record<ActivityPeriod, readonly ActivePeople[]>>
}

import type { Comparison } from '../measure/interleaved.ts'
import type { ThroughputComparison } from '../measure/throughput.ts'
import type { Bench } from './bench.ts'

export interface Figure {
  readonly number: number
  /** For `--only`. */
  readonly name: string
  readonly title: string
  readonly run: (bench: Bench) => Promise<Row[]>
}

/** One line of the table. */
export interface Row {
  readonly subject: string
  readonly measured: string
  /** The limit of the machine, measured in the same run; empty if the aim is not a ratio. */
  readonly limit: string
  readonly result: string
  readonly aim: string
  /** What the aim follows from; empty if there is no aim. */
  readonly because: string
  /** Null if there is no aim. */
  readonly isMet: boolean | null
}

/** The value to reach, and what it follows from. Without a reason, an aim would be a wish. */
export type Aim = (
  | { readonly atLeast: number; readonly atMost?: never }
  | { readonly atMost: number; readonly atLeast?: never }
) & { readonly because: string }

export interface RatioOptions {
  readonly subject: string
  readonly limit: string
  readonly comparison: Comparison
  /** Formats a measured value. */
  readonly show: (value: number) => string
  readonly aim?: Aim | undefined
}

export function ratioRow({ subject, limit, comparison, show, aim }: RatioOptions): Row {
  const { least, most } = comparison
  return {
    subject,
    measured: show(comparison.subject),
    limit: `${limit}: ${show(comparison.limit)}`,
    result: `${ratio(comparison.ratio)} (${ratio(least)} to ${ratio(most)})`,
    ...judged(comparison.ratio, aim, ratio),
  }
}

export interface ThroughputOptions {
  readonly subject: string
  readonly limit: string
  readonly comparison: ThroughputComparison
  readonly aim?: Aim | undefined
}

export function throughputRow({ comparison, ...options }: ThroughputOptions): Row {
  const row = ratioRow({ ...options, comparison, show: perSecond })
  const { subjectCpu, limitCpu } = comparison
  return {
    ...row,
    measured: row.measured + processorTime(subjectCpu),
    limit: row.limit + processorTime(limitCpu),
  }
}

function processorTime(value: number | null): string {
  return value === null ? '' : ` at ${microseconds(value)} of CPU each`
}

export interface ValueOptions {
  readonly subject: string
  readonly value: number
  readonly show: (value: number) => string
  readonly limit?: string
  readonly aim?: Aim | undefined
}

export function valueRow({ subject, value, show, limit = '', aim }: ValueOptions): Row {
  return { subject, measured: show(value), limit, result: show(value), ...judged(value, aim, show) }
}

function judged(value: number, aim: Aim | undefined, show: (value: number) => string) {
  if (aim === undefined) return { aim: '', because: '', isMet: null }
  const { atLeast, atMost, because } = aim
  return atLeast === undefined
    ? { aim: `at most ${show(atMost)}`, because, isMet: value <= atMost }
    : { aim: `at least ${show(atLeast)}`, because, isMet: value >= atLeast }
}

export const perSecond = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)}/s`
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`
export const microseconds = (value: number): string => `${value.toFixed(0)} µs`
export const megabytes = (value: number): string => `${value.toFixed(0)} MB`
export const ratio = (value: number): string => value.toFixed(2)
export const count = (value: number): string => String(value)

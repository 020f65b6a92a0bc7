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
  /** Null if there is no aim. */
  readonly isMet: boolean | null
}

export interface RatioOptions {
  readonly subject: string
  readonly limit: string
  readonly comparison: Comparison
  /** Formats a measured value. */
  readonly show: (value: number) => string
  readonly atLeast?: number
  readonly atMost?: number
}

export function ratioRow({ subject, limit, comparison, show, atLeast, atMost }: RatioOptions): Row {
  const { least, most } = comparison
  return {
    subject,
    measured: show(comparison.subject),
    limit: `${limit}: ${show(comparison.limit)}`,
    result: `${ratio(comparison.ratio)} (${ratio(least)} to ${ratio(most)})`,
    ...judged(comparison.ratio, { atLeast, atMost }, ratio),
  }
}

export interface ThroughputOptions {
  readonly subject: string
  readonly limit: string
  readonly comparison: ThroughputComparison
  readonly atLeast?: number
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

function processorTime(microseconds: number | null): string {
  return microseconds === null ? '' : ` at ${microseconds.toFixed(0)} µs of CPU each`
}

export interface ValueOptions {
  readonly subject: string
  readonly value: number
  readonly show: (value: number) => string
  readonly limit?: string
  readonly atMost?: number
}

export function valueRow({ subject, value, show, limit = '', atMost }: ValueOptions): Row {
  return { subject, measured: show(value), limit, result: show(value), ...judged(value, { atMost }, show) }
}

interface Bounds {
  readonly atLeast?: number | undefined
  readonly atMost?: number | undefined
}

function judged(value: number, { atLeast, atMost }: Bounds, show: (value: number) => string) {
  if (atLeast !== undefined) return { aim: `at least ${show(atLeast)}`, isMet: value >= atLeast }
  if (atMost !== undefined) return { aim: `at most ${show(atMost)}`, isMet: value <= atMost }
  return { aim: '', isMet: null }
}

export const perSecond = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)}/s`
export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`
export const megabytes = (value: number): string => `${value.toFixed(0)} MB`
export const ratio = (value: number): string => value.toFixed(2)
export const count = (value: number): string => String(value)

import type { Answer } from './connection.ts'

/** The result of a load. */
export interface Outcome {
  /** The duration of the measurement, without the warm-up. */
  readonly seconds: number
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** 0 if the connection broke. */
  readonly status: number
  /** The code of the problem if the server failed, or of the error if the connection failed. */
  readonly code: string | null
  /** In milliseconds, from the moment that the loop defines. */
  readonly latency: number
}

export function sampleOf({ status, bytes }: Answer, latency: number): Sample {
  const code = status < 500 ? null : (/"code":"(\w+)"/.exec(bytes.toString())?.[1] ?? null)
  return { status, code, latency }
}

export function brokenSample(error: unknown, latency: number): Sample {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return { status: 0, code, latency }
}

export function latenciesOf({ samples }: Outcome, matches: (sample: Sample) => boolean): number[] {
  return samples.filter(matches).map(({ latency }) => latency)
}

export function isGood({ status }: Sample): boolean {
  return status >= 200 && status < 300
}

/**
 * Answers per second.
 * @param isExpected whether an answer counts; by default, if it is good
 * @throws Error if an answer does not: a ratio would then compare different things
 */
export function ratePerSecond(outcome: Outcome, isExpected: (sample: Sample) => boolean = isGood): number {
  const other = outcome.samples.find((sample) => !isExpected(sample))
  if (other !== undefined) throw new Error(`the load met an answer with status ${other.status}`)
  return outcome.samples.length / outcome.seconds
}

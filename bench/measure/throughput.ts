import { closedLoop, type Requests } from '../load/closed-loop.ts'
import { isGood, ratePerSecond } from '../load/outcome.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import { type Comparison, interleaved } from './interleaved.ts'
import { canReadUsage, cpuSeconds } from './process-usage.ts'

export interface Loaded {
  readonly server: Pick<ServerProcess, 'url' | 'pid'>
  readonly requests: Requests
  /** The status of each answer, if it is not that of a success. */
  readonly status?: number
}

export interface Rounds {
  readonly rounds: number
  /** The duration of each side of each round. */
  readonly seconds: number
  /** The duration of the warm-up before the first round, until the code that runs often is compiled. */
  readonly warmUpSeconds: number
}

export interface ThroughputComparison extends Comparison {
  /** Microseconds of processor time per request; null if the system does not report it. */
  readonly subjectCpu: number | null
  readonly limitCpu: number | null
}

/** Measures how many requests per second each of two servers answers at most, and the processor time of one. */
export async function compareThroughput(
  subject: Loaded,
  limit: Loaded,
  { rounds, seconds, warmUpSeconds }: Rounds,
): Promise<ThroughputComparison> {
  const sides = { subject: new Side(subject), limit: new Side(limit) }
  await sides.subject.warmUp(warmUpSeconds)
  await sides.limit.warmUp(warmUpSeconds)
  const comparison = await interleaved(
    rounds,
    () => sides.subject.measure(seconds),
    () => sides.limit.measure(seconds),
  )
  return { ...comparison, subjectCpu: sides.subject.cpuPerRequest, limitCpu: sides.limit.cpuPerRequest }
}

/** So many that the server always has a next request to work on. */
const connections = 32
/** The time until the connections are open. */
const rampSeconds = 0.3

class Side {
  readonly #loaded: Loaded
  #cpuSeconds = 0
  #requests = 0

  constructor(loaded: Loaded) {
    this.#loaded = loaded
  }

  async warmUp(seconds: number): Promise<void> {
    await this.#load(seconds, 0)
  }

  async measure(seconds: number): Promise<number> {
    const before = this.#usage()
    const outcome = await this.#load(rampSeconds, seconds)
    this.#cpuSeconds += this.#usage() - before
    this.#requests += outcome.requests
    const { status } = this.#loaded
    return ratePerSecond(outcome, status === undefined ? isGood : (sample) => sample.status === status)
  }

  get cpuPerRequest(): number | null {
    return canReadUsage ? (this.#cpuSeconds / this.#requests) * 1_000_000 : null
  }

  #load(warmUpSeconds: number, seconds: number) {
    const { server, requests } = this.#loaded
    return closedLoop({ url: server.url, requests, connections, warmUpSeconds, seconds })
  }

  #usage(): number {
    return canReadUsage ? cpuSeconds(this.#loaded.server.pid) : 0
  }
}

import { Failure } from './failures.ts'
import { overloaded } from './problems.ts'

export interface FairQueueOptions {
  /** How many jobs run at once, at most. For hashes: no more than there are cores, and fewer than libuv has threads. */
  readonly concurrency: number
  /** How many jobs may wait, at most. The queue admits fewer if they would not all run in time. */
  readonly depth: number
  /** How long a job may wait before it is refused. */
  readonly deadlineMs: number
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number
  /** Receives how long each job waited before it ran, 0 included. */
  readonly onWait?: (seconds: number) => void
}

interface Waiter {
  readonly clientKey: string
  readonly sinceMs: number
  readonly start: () => void
  readonly refuse: (reason: Failure) => void
}

/** The share of the deadline that the queue plans for. The rest is a reserve for jobs that take longer than average. */
const shareOfDeadline = 0.75

const weightOfLatest = 1 / 16

/**
 * Keeps costly jobs (password hashes, images) from overloading the server. A hash takes some 19 MiB and tens of
 * milliseconds of a core, so a flood of sign-ins would fill the memory, and every request would time out (ASVS 5.0
 * §15.2.2). Above a limit, the queue refuses a job at once. Every job that it admits runs in time. The limit depends on
 * how long recent jobs took, so that no job waits only to be refused. One client gets at most half of the places, and
 * clients are served in turn.
 */
export class FairQueue {
  readonly #options: FairQueueOptions
  readonly #now: () => number
  /** All waiting jobs, oldest first. All may wait equally long, so this is also the order of their deadlines. */
  readonly #waiting = new Set<Waiter>()
  /** The waiting jobs by client; the first client is the next to be served. */
  readonly #lanes = new Map<string, Waiter[]>()
  readonly #held = new Map<string, number>()
  #running = 0
  /** How long a job runs, as a moving average; 0 until the first job has ended. */
  #averageMs = 0
  #timer: NodeJS.Timeout | null = null

  constructor(options: FairQueueOptions) {
    requireAtLeast(1, options, 'concurrency', 'deadlineMs')
    requireAtLeast(0, options, 'depth')
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** How many jobs wait now. */
  get depth(): number {
    return this.#waiting.size
  }

  /** How many jobs run now. */
  get running(): number {
    return this.#running
  }

  /**
   * Runs `work` when its turn comes. Jobs without a client key count as one client, so that a caller that forgets the
   * key cannot fill the queue either.
   * @throws Failure `overloaded`, with `retryAfterSeconds`; `work` has then not started.
   */
  async run<T>(work: () => Promise<T>, clientKey = ''): Promise<T> {
    const sinceMs = this.#now()
    await this.#enter(clientKey, sinceMs)
    const startMs = this.#now()
    try {
      this.#options.onWait?.((startMs - sinceMs) / 1000)
      return await work()
    } finally {
      this.#recordDuration(this.#now() - startMs)
      this.#running -= 1
      this.#release(clientKey)
      this.#startNext()
    }
  }

  /**
   * Refuses if `run` would refuse now, so that a caller can find out before it does other work.
   * @throws Failure `overloaded`, with `retryAfterSeconds`
   */
  assertCapacity(clientKey = ''): void {
    const { concurrency } = this.#options
    const places = this.#waitingMax()
    const share = Math.max(concurrency, Math.ceil((concurrency + places) / 2))
    const full = this.#running >= concurrency && this.#waiting.size >= places
    if (full || this.#heldBy(clientKey) >= share) throw this.#refusal()
  }

  #enter(clientKey: string, sinceMs: number): Promise<void> | null {
    this.assertCapacity(clientKey)
    this.#held.set(clientKey, this.#heldBy(clientKey) + 1)
    if (this.#running >= this.#options.concurrency)
      return new Promise((start, refuse) => this.#wait({ clientKey, sinceMs, start, refuse }))
    this.#running += 1
    return null
  }

  /** How many jobs may wait now. */
  #waitingMax(): number {
    const { concurrency, depth, deadlineMs } = this.#options
    if (this.#averageMs === 0) return depth
    const inTime = Math.floor((deadlineMs * shareOfDeadline * concurrency) / this.#averageMs)
    return Math.min(depth, Math.max(concurrency, inTime))
  }

  #recordDuration(ranMs: number): void {
    if (this.#averageMs === 0) this.#averageMs = ranMs
    else this.#averageMs += (ranMs - this.#averageMs) * weightOfLatest
  }

  #wait(waiter: Waiter): void {
    this.#waiting.add(waiter)
    const lane = this.#lanes.get(waiter.clientKey)
    if (lane === undefined) this.#lanes.set(waiter.clientKey, [waiter])
    else lane.push(waiter)
    this.#watchDeadline()
  }

  #startNext(): void {
    // The timer may be late: it waited for the same busy process as the jobs.
    this.#refuseLate()
    const next = this.#lanes.entries().next().value
    if (next === undefined) return
    const [clientKey, lane] = next
    const waiter = lane[0]
    if (waiter === undefined) throw new Error('a lane of a queue is empty')
    this.#remove(waiter)
    if (lane.length > 0) {
      // The client goes to the end: every other client comes first, even if this one has many jobs waiting.
      this.#lanes.delete(clientKey)
      this.#lanes.set(clientKey, lane)
    }
    this.#running += 1
    waiter.start()
  }

  #refuseLate(): void {
    const latestMs = this.#now() - this.#options.deadlineMs
    for (const waiter of this.#waiting) {
      if (waiter.sinceMs > latestMs) break
      this.#remove(waiter)
      this.#release(waiter.clientKey)
      waiter.refuse(this.#refusal())
    }
    this.#watchDeadline()
  }

  /** Removes the first job of a lane. The next job to run and the next to miss its deadline are always first. */
  #remove(waiter: Waiter): void {
    this.#waiting.delete(waiter)
    const lane = this.#lanes.get(waiter.clientKey)
    lane?.shift()
    if (lane?.length === 0) this.#lanes.delete(waiter.clientKey)
    if (this.#waiting.size === 0) this.#watchDeadline()
  }

  #heldBy(clientKey: string): number {
    return this.#held.get(clientKey) ?? 0
  }

  #release(clientKey: string): void {
    const held = this.#heldBy(clientKey) - 1
    if (held > 0) this.#held.set(clientKey, held)
    else this.#held.delete(clientKey)
  }

  /** Keeps one timer, for the oldest job. If that job is gone when the timer fires, the timer is set for the next job. */
  #watchDeadline(): void {
    const oldest = this.#waiting.values().next().value
    if (oldest === undefined) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = null
      return
    }
    if (this.#timer !== null) return
    const leftMs = oldest.sinceMs + this.#options.deadlineMs - this.#now()
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#refuseLate()
      },
      Math.max(1, Math.ceil(leftMs)),
    )
    this.#timer.unref()
  }

  /** After this time, every job that waits now has run or has been refused. */
  #refusal(): Failure {
    return new Failure(overloaded, { retryAfterSeconds: Math.ceil(this.#options.deadlineMs / 1000) })
  }
}

type Limit = 'concurrency' | 'depth' | 'deadlineMs'

function requireAtLeast(least: number, options: FairQueueOptions, ...names: readonly Limit[]): void {
  for (const name of names) {
    const value = options[name]
    if (Number.isInteger(value) && value >= least) continue
    throw new RangeError(`queue: ${name} must be a whole number of at least ${least}, not ${value}`)
  }
}

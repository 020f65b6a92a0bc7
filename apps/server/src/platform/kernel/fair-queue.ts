import { networkKey } from './addresses.ts'
import { Failure } from './failures.ts'
import { Lanes } from './lanes.ts'
import { type Holder, type Place, type PlaceLimits, Places } from './places.ts'
import { overloaded } from './problems.ts'

export interface FairQueueOptions {
  /** How many jobs run at once, at most. For hashes: no more than there are cores, and fewer than libuv has threads. */
  readonly concurrency: number
  /** How many jobs may wait, at most. The queue admits fewer if they would not all run in time. */
  readonly depth: number
  /** How many jobs are prepared while those before them run, at most. They take places of those that wait. */
  readonly ahead?: number
  /** How long a job may wait before it is refused. */
  readonly deadlineMs: number
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number
  /** Receives how long each job waited before it ran, 0 included. */
  readonly onWait?: (seconds: number) => void
}

interface Waiter {
  readonly holder: Holder
  readonly sinceMs: number
  readonly start: () => void
  readonly refuse: (reason: Failure) => void
}

/** The share of the deadline that the queue plans for. The rest is a reserve for jobs that take longer than average. */
const shareOfDeadline = 0.75

const weightOfLatest = 1 / 16

/**
 * Keeps costly jobs (password hashes, images) from overloading the server. A hash takes about 19 MiB and tens of
 * milliseconds of a core, so a flood of sign-ins would fill the memory, and every request would time out (ASVS 5.0
 * §15.2.2). Above a limit, the queue refuses a job at once. Every job that it admits runs in time. The limit depends on
 * how long recent jobs took, so that no job waits only to be refused. One client gets at most half of the places, and so
 * does one network. Networks are served in turn, then the clients of each, then their accounts. If all places are taken,
 * the latest job of the network with the most gives way to a job of a network with fewer (I13).
 */
export class FairQueue {
  readonly #options: FairQueueOptions
  readonly #now: () => number
  /** All waiting jobs, oldest first. All may wait equally long, so this is also the order of their deadlines. */
  readonly #waiting = new Set<Waiter>()
  readonly #lanes = new Lanes<Waiter>()
  readonly #places = new Places(() => this.#limits(), { reclaimed: 'newest' })
  /** How many jobs can no longer be refused: they are being prepared, are ready, or run. */
  #admitted = 0
  #running = 0
  /** Start the jobs that are ready, oldest first. */
  readonly #ready: (() => void)[] = []
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
    return this.#waiting.size + this.#admitted - this.#running
  }

  /** How many jobs run now. */
  get running(): number {
    return this.#running
  }

  /**
   * Runs `work` when its turn comes. Jobs without a client count as one client, so that a caller that forgets it cannot
   * fill the queue either. `prepare` runs before `work`, once the job can no longer be refused. If it throws, `work` does
   * not run.
   * @throws Failure `overloaded`, with `retryAfterSeconds`; neither has then started.
   */
  async run<T>(
    work: () => Promise<T>,
    client = '',
    account = '',
    prepare: () => Promise<void> = async () => undefined,
  ): Promise<T> {
    const sinceMs = this.#now()
    const place = await this.#enter({ client, account }, sinceMs)
    try {
      await prepare()
      return await this.#runPrepared(work, sinceMs)
    } finally {
      this.#admitted -= 1
      place.release()
      this.#admitNext()
    }
  }

  async #runPrepared<T>(work: () => Promise<T>, sinceMs: number): Promise<T> {
    if (this.#running < this.#options.concurrency) this.#running += 1
    else await new Promise<void>((start) => this.#ready.push(start))
    const startMs = this.#now()
    try {
      this.#options.onWait?.((startMs - sinceMs) / 1000)
      return await work()
    } finally {
      this.#recordDuration(this.#now() - startMs)
      const startNext = this.#ready.shift()
      if (startNext === undefined) this.#running -= 1
      else startNext()
    }
  }

  /**
   * Refuses if `run` would refuse now, so that a caller can find out before it does other work.
   * @throws Failure `overloaded`, with `retryAfterSeconds`
   */
  assertCapacity(client = '', account = ''): void {
    if (!this.#places.hasRoom({ client, account })) throw this.#refusal()
  }

  /** Waits until the job can no longer be refused. */
  async #enter(holder: Holder, sinceMs: number): Promise<Place> {
    const { promise, resolve, reject: refuse } = Promise.withResolvers<void>()
    const start = () => {
      place?.keep()
      resolve()
    }
    const waiter = { holder, sinceMs, start, refuse }
    const place = this.#places.take(holder, () => this.#refuse(waiter))
    if (place === null) throw this.#refusal()
    const { concurrency, ahead = 0 } = this.#options
    if (this.#admitted < concurrency + ahead) {
      this.#admitted += 1
      start()
    } else this.#wait(waiter)
    try {
      await promise
    } catch (error) {
      place.release()
      throw error
    }
    return place
  }

  #limits(): PlaceLimits {
    const { concurrency } = this.#options
    const all = concurrency + this.#waitingMax()
    const share = Math.max(concurrency, Math.ceil(all / 2))
    return { all, network: share, client: share }
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
    this.#lanes.add(waiter, pathOf(waiter.holder))
    this.#watchDeadline()
  }

  #admitNext(): void {
    // The timer may be late: it waited for the same busy process as the jobs.
    this.#refuseLate()
    const waiter = this.#lanes.takeNext()
    if (waiter === undefined) return
    this.#waiting.delete(waiter)
    if (this.#waiting.size === 0) this.#watchDeadline()
    this.#admitted += 1
    waiter.start()
  }

  #refuseLate(): void {
    const latestMs = this.#now() - this.#options.deadlineMs
    for (const waiter of this.#waiting) {
      if (waiter.sinceMs > latestMs) break
      this.#refuse(waiter)
    }
    this.#watchDeadline()
  }

  /** Refuses a job that waits. */
  #refuse(waiter: Waiter): void {
    if (!this.#waiting.delete(waiter)) return
    this.#lanes.remove(waiter, pathOf(waiter.holder))
    waiter.refuse(this.#refusal())
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

function pathOf({ client, account }: Holder): readonly string[] {
  return [networkKey(client), client, account]
}

type Limit = 'concurrency' | 'depth' | 'deadlineMs'

function requireAtLeast(least: number, options: FairQueueOptions, ...names: readonly Limit[]): void {
  for (const name of names) {
    const value = options[name]
    if (Number.isInteger(value) && value >= least) continue
    throw new RangeError(`queue: ${name} must be a whole number of at least ${least}, not ${value}`)
  }
}

import { Failure } from '../kernel/failures.ts'
import { overloaded } from '../kernel/problems.ts'

export interface HashQueueOptions {
  /** How many run at once, at the most. No more than there are cores, and fewer than libuv has threads. */
  readonly concurrency: number
  /** How many may wait, at the most; fewer where they would not all run in time. */
  readonly depth: number
  /** How long one may wait; after that it is refused. */
  readonly deadlineMs: number
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number
  /** Told how long each waited that came to run, 0 included. */
  readonly onWait?: (seconds: number) => void
}

interface Waiter {
  readonly caller: string
  readonly sinceMs: number
  readonly start: () => void
  readonly refuse: (reason: Failure) => void
}

/** What is left of it is for work that takes longer than usual. */
const shareOfDeadline = 0.75

const weightOfLatest = 1 / 16

/**
 * Keeps slow hashes from drowning the server. One costs some 19 MiB and tens of milliseconds of a core, so that a
 * flood of sign-ins would fill memory and time everybody out (ASVS 5.0 §15.2.2): past a bound the answer is
 * a refusal, at once, and the work that was accepted is done in time. The bound follows how long the work takes of
 * late, so that nobody is kept waiting for a refusal; one caller gets half of the places.
 */
export class HashQueue {
  readonly #options: HashQueueOptions
  readonly #now: () => number
  /** Everyone who waits, the oldest first. All wait equally long, so this is also the order of the deadlines. */
  readonly #waiting = new Set<Waiter>()
  /** The same by caller; the first caller is the next to be served. */
  readonly #lanes = new Map<string, Waiter[]>()
  readonly #held = new Map<string, number>()
  #running = 0
  /** How long one runs, of late; 0 until one has ended. */
  #usualMs = 0
  #timer: NodeJS.Timeout | null = null

  constructor(options: HashQueueOptions) {
    requireAtLeast(1, options, 'concurrency', 'deadlineMs')
    requireAtLeast(0, options, 'depth')
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** How many wait now. */
  get depth(): number {
    return this.#waiting.size
  }

  /** How many run now. */
  get running(): number {
    return this.#running
  }

  /**
   * Runs `work` when its turn comes. Callers without a name share one lane and one share, so that a forgotten
   * name cannot fill the queue either.
   * @throws Failure `overloaded`, with `retryAfterSeconds`; `work` has not been started then.
   */
  async run<T>(work: () => Promise<T>, caller = ''): Promise<T> {
    const sinceMs = this.#now()
    await this.#enter(caller, sinceMs)
    const startMs = this.#now()
    try {
      this.#options.onWait?.((startMs - sinceMs) / 1000)
      return await work()
    } finally {
      this.#learn(this.#now() - startMs)
      this.#running -= 1
      this.#release(caller)
      this.#startNext()
    }
  }

  /**
   * Refuses whom `run` would refuse now, so that nothing is done for them before.
   * @throws Failure `overloaded`, with `retryAfterSeconds`
   */
  assertRoom(caller = ''): void {
    const { concurrency } = this.#options
    const places = this.#places()
    const share = Math.max(concurrency, Math.ceil((concurrency + places) / 2))
    const full = this.#running >= concurrency && this.#waiting.size >= places
    if (full || this.#heldBy(caller) >= share) throw this.#refusal()
  }

  #enter(caller: string, sinceMs: number): Promise<void> | null {
    this.assertRoom(caller)
    this.#held.set(caller, this.#heldBy(caller) + 1)
    if (this.#running >= this.#options.concurrency)
      return new Promise((start, refuse) => this.#wait({ caller, sinceMs, start, refuse }))
    this.#running += 1
    return null
  }

  /** How many may wait now. */
  #places(): number {
    const { concurrency, depth, deadlineMs } = this.#options
    if (this.#usualMs === 0) return depth
    const inTime = Math.floor((deadlineMs * shareOfDeadline * concurrency) / this.#usualMs)
    return Math.min(depth, Math.max(concurrency, inTime))
  }

  #learn(ranMs: number): void {
    if (this.#usualMs === 0) this.#usualMs = ranMs
    else this.#usualMs += (ranMs - this.#usualMs) * weightOfLatest
  }

  #wait(waiter: Waiter): void {
    this.#waiting.add(waiter)
    const lane = this.#lanes.get(waiter.caller)
    if (lane === undefined) this.#lanes.set(waiter.caller, [waiter])
    else lane.push(waiter)
    this.#watchDeadline()
  }

  #startNext(): void {
    // The timer may be late, since whatever kept the process busy kept it waiting too.
    this.#refuseLate()
    const next = this.#lanes.entries().next().value
    if (next === undefined) return
    const [caller, lane] = next
    const waiter = lane[0]
    if (waiter === undefined) throw new Error('a lane of the hash queue is empty')
    this.#remove(waiter)
    if (lane.length > 0) {
      // To the end: the other callers come first, however many this one has waiting.
      this.#lanes.delete(caller)
      this.#lanes.set(caller, lane)
    }
    this.#running += 1
    waiter.start()
  }

  #refuseLate(): void {
    const latestMs = this.#now() - this.#options.deadlineMs
    for (const waiter of this.#waiting) {
      if (waiter.sinceMs > latestMs) break
      this.#remove(waiter)
      this.#release(waiter.caller)
      waiter.refuse(this.#refusal())
    }
    this.#watchDeadline()
  }

  /** Takes out one who is the first of its lane: the next to run and the next to be late are both that. */
  #remove(waiter: Waiter): void {
    this.#waiting.delete(waiter)
    const lane = this.#lanes.get(waiter.caller)
    lane?.shift()
    if (lane?.length === 0) this.#lanes.delete(waiter.caller)
    if (this.#waiting.size === 0) this.#watchDeadline()
  }

  #heldBy(caller: string): number {
    return this.#held.get(caller) ?? 0
  }

  #release(caller: string): void {
    const held = this.#heldBy(caller) - 1
    if (held > 0) this.#held.set(caller, held)
    else this.#held.delete(caller)
  }

  /** One timer, for the oldest; it may find that one gone and then sets itself for the next. */
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

  /** By then everyone who waits now has been served or refused. */
  #refusal(): Failure {
    return new Failure(overloaded, { retryAfterSeconds: Math.ceil(this.#options.deadlineMs / 1000) })
  }
}

type Bound = 'concurrency' | 'depth' | 'deadlineMs'

function requireAtLeast(least: number, options: HashQueueOptions, ...names: readonly Bound[]): void {
  for (const name of names) {
    const value = options[name]
    if (Number.isInteger(value) && value >= least) continue
    throw new RangeError(`hash queue: ${name} must be a whole number of at least ${least}, not ${value}`)
  }
}

import { FairQueue } from '../../../../platform/kernel/fair-queue.ts'
import type { Holder } from '../../../../platform/kernel/places.ts'
import { DecoderEnded, DecoderProcess } from './decoder-process.ts'
import type { DecoderLimits, Verdict } from './verdict.ts'

export interface DecoderOptions extends Pick<DecoderLimits, 'bytesMax' | 'pixelsMax'> {
  /** How many images are decoded at once, each by a process of its own. */
  readonly concurrency: number
  /** How many more images may wait. */
  readonly depth: number
  /** How long one image may take, including the start of a process. */
  readonly deadlineMs?: number
}

/** Enough for an animation of some seconds. A hundred thousand frames only keep the server busy (A120). */
const framesMax = 1_000
const memoryMaxBytes = 1_000_000_000
/** A process is replaced after this many images, which frees any memory that it has leaked. */
const imagesPerProcess = 200
const idleMs = 60_000

/**
 * Decodes images in other processes. A flaw in a decoder is then not a flaw in the server, and the server can kill a
 * decoder that takes too long (ASVS 15.2.5). A process starts when the first image arrives, and ends after a minute
 * without one.
 */
export class Decoder {
  readonly #options: DecoderOptions
  readonly #queue: FairQueue
  readonly #idle: DecoderProcess[] = []
  readonly #all = new Map<DecoderProcess, { images: number }>()
  #idleTimer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(options: DecoderOptions) {
    this.#options = options
    const { concurrency, depth } = options
    this.#queue = new FairQueue({ concurrency, depth, deadlineMs: this.#deadlineMs })
  }

  /** The ids of the processes that are alive, for monitoring. */
  get pids(): readonly number[] {
    return [...this.#all.keys()].flatMap(({ pid, isAlive }) => (isAlive && pid !== undefined ? [pid] : []))
  }

  /**
   * Decodes the image when its turn comes. Networks are served in turn, then the clients and the accounts of each.
   * @throws `overloaded`; DecoderEnded if the process ended for a reason that has nothing to do with the image
   */
  decode(image: Uint8Array, { client, account }: Holder): Promise<Verdict> {
    return this.#queue.run(() => this.#decode(image), client, account)
  }

  close(): void {
    this.#isClosed = true
    this.#endIdle()
    for (const process of this.#all.keys()) process.kill()
    this.#all.clear()
  }

  get #deadlineMs(): number {
    return this.#options.deadlineMs ?? 10_000
  }

  async #decode(image: Uint8Array): Promise<Verdict> {
    if (this.#isClosed) throw new DecoderEnded()
    const process = this.#take()
    let isLate = false
    const deadline = setTimeout(() => {
      isLate = true
      process.kill()
    }, this.#deadlineMs)
    try {
      return await process.decode(image)
    } catch (error) {
      process.kill()
      if (isLate) return { kind: 'rejected', reason: 'too_costly' }
      throw error
    } finally {
      clearTimeout(deadline)
      this.#release(process)
    }
  }

  #take(): DecoderProcess {
    for (let process = this.#idle.pop(); process !== undefined; process = this.#idle.pop()) {
      if (process.isAlive) return process
      this.#all.delete(process)
    }
    const { bytesMax, pixelsMax } = this.#options
    const process = new DecoderProcess({ bytesMax, pixelsMax, framesMax, memoryMaxBytes })
    this.#all.set(process, { images: 0 })
    return process
  }

  #release(process: DecoderProcess): void {
    const use = this.#all.get(process)
    if (use === undefined) return
    use.images += 1
    if (process.isAlive && use.images < imagesPerProcess) this.#idle.push(process)
    else {
      process.kill()
      this.#all.delete(process)
    }
    this.#watchIdle()
  }

  #watchIdle(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#endIdle(), idleMs).unref()
  }

  #endIdle(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    for (const process of this.#idle.splice(0)) {
      process.kill()
      this.#all.delete(process)
    }
  }
}

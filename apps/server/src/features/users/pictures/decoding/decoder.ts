import { FairQueue } from '../../../../platform/kernel/fair-queue.ts'
import { DecoderEnded, DecoderProcess } from './decoder-process.ts'
import type { DecoderLimits, Verdict } from './verdict.ts'

export interface DecoderOptions extends Pick<DecoderLimits, 'bytesMax' | 'pixelsMax'> {
  /** How many images are unpacked at once, each by a process of its own. */
  readonly concurrency: number
  /** How many more may wait. */
  readonly depth: number
  /** How long one image may take, the start of a process included. */
  readonly deadlineMs?: number
}

/** An animation may be of some seconds; a hundred thousand frames are there to keep somebody busy (A120). */
const framesMax = 1_000
const memoryMaxBytes = 1_000_000_000
/** What a process has leaked by then is given back. */
const imagesPerProcess = 200
const idleMs = 60_000

/**
 * Has images unpacked in other processes, so that a flaw in a decoder is not one in the server, and one that takes too
 * long is killed (ASVS 15.2.5). A process is started when the first image comes, and ended when there is none for a
 * minute.
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

  /** The processes that live; for whoever watches them. */
  get pids(): readonly number[] {
    return [...this.#all.keys()].flatMap(({ pid, isAlive }) => (isAlive && pid !== undefined ? [pid] : []))
  }

  /**
   * When its turn comes; of those who wait each caller is served in turn.
   * @throws `overloaded`; DecoderEnded where the process died for no reason that the image is known to have
   */
  decode(image: Uint8Array, caller: string): Promise<Verdict> {
    return this.#queue.run(() => this.#decode(image), caller)
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
      if (isLate) return { kind: 'refused', reason: 'too_costly' }
      throw error
    } finally {
      clearTimeout(deadline)
      this.#giveBack(process)
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

  #giveBack(process: DecoderProcess): void {
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

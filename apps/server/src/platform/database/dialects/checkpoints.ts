import { Failure } from '../../kernel/failures.ts'
import { unavailable } from '../../kernel/problems.ts'
import { CheckpointError, CheckpointThread, type LogState } from './checkpoint-thread.ts'

export interface CheckpointTiming {
  /** The log is written back from this number of pages on. SQLite itself does so at 1,000. */
  readonly framesMin: number
  /** From here on, writes wait until the log can start over. Under constant load, it never would by itself. */
  readonly framesToRestart: number
  /** Only a reader of another process can make the log grow so long. */
  readonly framesMax: number
  readonly pauseMs: number
  /** The pause after a reader of another process, or an error, has kept the log from starting over. */
  readonly pauseAfterFailureMs: number
}

/** A page has 4 KiB. At its maximum, the log has 4 GB, and reading it at a start takes seconds. */
const defaultTiming: CheckpointTiming = {
  framesMin: 1_000,
  framesToRestart: 4_000,
  framesMax: 1_000_000,
  pauseMs: 100,
  pauseAfterFailureMs: 5_000,
}

const otherReader = 'another program keeps reading the database. End that program'

/** "I/O error" while syncing a file or its folder. */
const syncFailures = new Set([1_034, 1_290])

export interface CheckpointsOptions {
  readonly path: string
  readonly measureLog: () => LogState
  /** Runs `work` while no transaction of this process is open. */
  readonly pauseWrites: (work: () => Promise<LogState>) => Promise<LogState>
  readonly onLostWrites: (error: Error) => void
  readonly onError: (error: Error) => void
  /** A test passes other numbers. */
  readonly timing?: CheckpointTiming | undefined
}

/** Decides when the log of SQLite is written back into the database file. A thread does the work. */
export class Checkpoints {
  readonly #options: CheckpointsOptions
  readonly #timing: CheckpointTiming
  readonly #thread: CheckpointThread
  #log: LogState = { frames: 0, writtenBack: 0 }
  #isRunning = false
  #notBefore = 0
  /** Why the last attempt failed to let the log start over; null if it succeeded. */
  #obstacle: string | null = null

  constructor(options: CheckpointsOptions) {
    this.#options = options
    this.#timing = options.timing ?? defaultTiming
    this.#thread = new CheckpointThread(options.path)
  }

  /** Called after each sync. Most calls return at once. */
  consider(): void {
    const now = performance.now()
    if (this.#isRunning || now < this.#notBefore) return
    this.#notBefore = now + this.#timing.pauseMs
    this.#log = this.#options.measureLog()
    if (this.#log.frames < this.#timing.framesMin || isWrittenBack(this.#log)) return
    this.#isRunning = true
    this.#writeBack().catch(this.#options.onError)
  }

  /** @throws `unavailable` if the log has its greatest length and cannot start over */
  assertRoom(): void {
    if (this.#obstacle === null || this.#log.frames < this.#timing.framesMax) return
    this.consider()
    const cause = new Error(
      `${this.#options.path}-wal has grown to ${this.#log.frames} pages, because ${this.#obstacle}`,
    )
    throw new Failure(unavailable, {
      retryAfterSeconds: Math.ceil(this.#timing.pauseAfterFailureMs / 1_000),
      cause,
    })
  }

  /** Empties the log, so that no deleted data stays in it. Data that another process still reads stays. */
  async truncate(): Promise<void> {
    await this.#options.pauseWrites(() => this.#thread.run('truncate'))
  }

  stop(): Promise<void> {
    return this.#thread.stop()
  }

  async #writeBack(): Promise<void> {
    try {
      // Holds up neither readers nor writers, but never gets to the end while they go on.
      this.#log = await this.#thread.run('passive')
      const isLong = this.#log.frames >= this.#timing.framesToRestart
      if (isLong && !isWrittenBack(this.#log))
        this.#log = await this.#options.pauseWrites(() => this.#thread.run('restart'))
      this.#obstacle = isLong && !isWrittenBack(this.#log) ? otherReader : null
    } catch (error) {
      this.#report(error instanceof Error ? error : new Error(String(error)))
    }
    this.#isRunning = false
    if (this.#obstacle !== null) this.#notBefore = performance.now() + this.#timing.pauseAfterFailureMs
  }

  // A failed sync of the database file is as final as one of the log: SQLite would not write the same pages again.
  #report(error: Error): void {
    if (error instanceof CheckpointError && syncFailures.has(error.errcode)) this.#options.onLostWrites(error)
    if (error.message !== this.#obstacle) this.#options.onError(error)
    this.#obstacle = error.message
  }
}

function isWrittenBack({ frames, writtenBack }: LogState): boolean {
  return writtenBack >= frames
}

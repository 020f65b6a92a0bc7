import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** https://sqlite.org/pragma.html#pragma_wal_checkpoint */
export type CheckpointMode = 'passive' | 'restart' | 'truncate'

/** The number of pages in the log, and how many of them the database file has too. */
export interface LogState {
  readonly frames: number
  readonly writtenBack: number
}

export type CheckpointAnswer = LogState | { readonly message: string; readonly code: number | null }

/** An error that SQLite reported to the thread. */
export class CheckpointError extends Error {
  /** The extended result code of SQLite; 1 ("error") if there is none. */
  readonly errcode: number

  constructor(message: string, errcode: number) {
    super(message)
    this.name = 'CheckpointError'
    this.errcode = errcode
  }
}

const program = fileURLToPath(new URL('./checkpoint-program.ts', import.meta.url))

/** The thread takes 15 MB, which a server that rarely writes should not hold. */
const idleMaxMs = 10_000

/** Runs checkpoints in a thread, one after the other, so that neither syncs nor copies stop the event loop. */
export class CheckpointThread {
  readonly #path: string
  #worker: Worker | null = null
  #last: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** @throws CheckpointError, which has the code of SQLite */
  run(mode: CheckpointMode): Promise<LogState> {
    const next = this.#last.then(() => this.#ask(mode))
    this.#last = next.catch(() => undefined)
    return next
  }

  /** Waits for the checkpoint that runs. */
  async stop(): Promise<void> {
    await this.#last
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  async #ask(mode: CheckpointMode): Promise<LogState> {
    clearTimeout(this.#idle)
    this.#worker ??= this.#start()
    const answer = await answerOf(this.#worker, mode).catch((error: unknown) => {
      this.#worker = null
      throw error
    })
    this.#idle = setTimeout(() => void this.stop(), idleMaxMs).unref()
    if ('message' in answer) throw new CheckpointError(answer.message, answer.code ?? 1)
    return answer
  }

  #start(): Worker {
    const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 }
    const worker = new Worker(program, { workerData: { path: this.#path }, resourceLimits })
    worker.unref()
    return worker
  }
}

function answerOf(worker: Worker, mode: CheckpointMode): Promise<CheckpointAnswer> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error('the checkpoint thread ended'))
    const done = () => worker.off('error', reject).off('exit', end)
    worker.once('error', reject).once('exit', end)
    worker.once('message', (answer: CheckpointAnswer) => {
      done()
      resolve(answer)
    })
    worker.postMessage(mode)
  })
}

import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Logger } from 'pino'
import { RateLimiterClusterMaster } from 'rate-limiter-flexible'
import { gatherMetrics } from '../../platform/http/metrics.ts'
import type { PrimaryMessage, Serving, WorkerMessage } from './messages.ts'

export interface WorkersOptions {
  readonly count: number
  readonly logger: Logger
}

/** A worker ended before it served; it has said why itself, unless a signal ended it. */
export class WorkerFailed extends Error {
  readonly exitCode: number

  constructor(exitCode: number | null, signal: string | null) {
    super(`a worker ended at its start (${signal ?? exitCode})`)
    this.name = 'WorkerFailed'
    this.exitCode = exitCode ?? 1
  }
}

const firstPauseMs = 100
const pauseMaxMs = 30_000
/** Who has served for so long did not fail at its start. */
const settledAfterMs = 60_000

/**
 * The processes that serve on one port, seen from the one that started them. It holds no data and serves nothing
 * itself: it hands connections out, counts the limits of clients for all, and puts a new worker in the place of one
 * that dies.
 */
export class Workers {
  readonly #options: WorkersOptions
  readonly #gather = gatherMetrics()
  readonly #pauses = new Set<NodeJS.Timeout>()
  #failuresInARow = 0
  #isEnding = false

  constructor(options: WorkersOptions) {
    this.#options = options
    // Hears the workers from here on.
    new RateLimiterClusterMaster()
  }

  /**
   * The first starts alone: it brings the tables up, and what keeps a server from starting is said once.
   * @throws WorkerFailed
   */
  async start(): Promise<Serving> {
    const first = await this.#fork()
    const others = Array.from({ length: this.#options.count - 1 }, () => this.#fork())
    const all = [first, ...(await Promise.all(others))]
    return { url: first.url, isReady: all.every(({ isReady }) => isReady) }
  }

  /** Has every worker finish what runs. Fails where one had to be cut off. */
  async close(): Promise<void> {
    this.#isEnding = true
    for (const pause of this.#pauses) clearTimeout(pause)
    const ends = living().map(async (worker) => {
      const ended = once(worker, 'exit')
      tell(worker, { proxima: 'stop' })
      const [exitCode] = (await ended) as [number | null]
      return exitCode
    })
    const exitCodes = await Promise.all(ends)
    if (exitCodes.some((exitCode) => exitCode !== 0)) throw new Error('a worker did not finish what ran')
  }

  kill(): void {
    this.#isEnding = true
    for (const worker of living()) worker.process.kill('SIGKILL')
  }

  async #fork(): Promise<Serving> {
    const startedAtMs = performance.now()
    const worker = cluster.fork()
    const { promise, resolve, reject } = Promise.withResolvers<Serving>()
    let isServing = false
    worker.on('message', (message: WorkerMessage) => {
      if (message.proxima === 'metrics') this.#answerMetrics(worker)
      if (message.proxima !== 'serving') return
      isServing = true
      resolve(message.serving)
    })
    worker.once('exit', (exitCode: number | null, signal: string | null) => {
      if (!isServing) return reject(new WorkerFailed(exitCode, signal))
      if (this.#isEnding) return
      this.#options.logger.error({ worker: worker.id, exit_code: exitCode, signal }, 'a worker ended')
      if (performance.now() - startedAtMs > settledAfterMs) this.#failuresInARow = 0
      this.#replaceLater()
    })
    return await promise
  }

  #replaceLater(): void {
    const pauseMs = Math.min(firstPauseMs * 2 ** this.#failuresInARow, pauseMaxMs)
    this.#failuresInARow += 1
    const pause = setTimeout(() => {
      this.#pauses.delete(pause)
      this.#replace()
    }, pauseMs)
    this.#pauses.add(pause)
  }

  #replace(): void {
    const { logger } = this.#options
    this.#fork().then(
      () => logger.info('another worker has taken its place'),
      (error: unknown) => {
        if (this.#isEnding) return
        logger.error({ err: error }, 'a worker could not be started; trying again')
        this.#replaceLater()
      },
    )
  }

  #answerMetrics(worker: Worker): void {
    this.#gather().then(
      (text) => tell(worker, { proxima: 'metrics', text }),
      (error: unknown) => {
        this.#options.logger.warn({ err: error }, 'the figures of all workers could not be gathered')
        tell(worker, { proxima: 'metrics', text: null })
      },
    )
  }
}

function living(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
}

/** One that is gone by now hears nothing, which is no failure. */
function tell(worker: Worker, message: PrimaryMessage): void {
  if (worker.isConnected()) worker.send(message, () => undefined)
}

import cluster, { type Worker } from 'node:cluster'
import { Failure } from '../../platform/kernel/failures.ts'
import { unavailable } from '../../platform/kernel/problems.ts'
import type { PrimaryMessage, Serving, WorkerMessage } from './messages.ts'

/** This process as one of several on one port: what it tells its primary, and hears from it. */
export class PrimaryLink {
  readonly #worker: Worker
  readonly #stop = Promise.withResolvers<void>()
  #metrics: PromiseWithResolvers<string> | null = null

  constructor(worker: Worker) {
    this.#worker = worker
    process.on('message', (message: PrimaryMessage) => this.#hear(message))
  }

  /** Null in a process that serves alone, and in the primary. */
  static find(): PrimaryLink | null {
    return cluster.worker === undefined ? null : new PrimaryLink(cluster.worker)
  }

  /** Counts up from 1; one that takes the place of another has a number of its own. */
  get number(): number {
    return this.#worker.id
  }

  /** The address is announced once. */
  get isFirst(): boolean {
    return this.#worker.id === 1
  }

  /** Settles once the primary wants the server to stop. */
  get stopped(): Promise<void> {
    return this.#stop.promise
  }

  tellServing(serving: Serving): void {
    this.#tell({ proxima: 'serving', serving })
  }

  /** Lets the process end when it has nothing more to do. */
  leave(): void {
    this.#worker.disconnect()
  }

  /**
   * The figures of all workers together: a scrape reaches any of them. Who asks meanwhile shares the answer.
   * @throws `unavailable`
   */
  readonly metrics = async (): Promise<string> => {
    if (this.#metrics === null) {
      this.#metrics = Promise.withResolvers()
      this.#tell({ proxima: 'metrics' })
    }
    return await this.#metrics.promise
  }

  #tell(message: WorkerMessage): void {
    this.#worker.send(message)
  }

  #hear(message: PrimaryMessage): void {
    if (message.proxima === 'stop') this.#stop.resolve()
    if (message.proxima !== 'metrics') return
    if (message.text === null) this.#metrics?.reject(new Failure(unavailable, { retryAfterSeconds: 1 }))
    else this.#metrics?.resolve(message.text)
    this.#metrics = null
  }
}

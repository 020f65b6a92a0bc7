import { closeSync, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { Failure } from '../../kernel/failures.ts'
import { unavailable } from '../../kernel/problems.ts'
import type { Durability } from './durability.ts'

const sync = promisify(fdatasync)

export interface LogSyncOptions {
  /** The path of the write-ahead log, which SQLite has open. */
  readonly log: string
  readonly onSynced: () => void
  /** Must end the process before the next turn of the event loop. */
  readonly onLostWrites: (error: Error) => void
}

/**
 * Waits for the disk outside of SQLite and of the event loop. SQLite commits with `synchronous = normal`: it writes the
 * log, and does not wait for it. One sync serves all transactions that committed before it began. The log is a prefix of
 * history, so what a power cut leaves of it contains everything before the last sync, and no part of a transaction.
 */
export class LogSync implements Durability {
  readonly #options: LogSyncOptions
  readonly #file: number
  /** How many commits there were, and how many of these the disk has. */
  #commits = 0
  #durable = 0
  #running: Promise<void> | null = null
  #lost: Failure | null = null

  constructor(options: LogSyncOptions) {
    this.#options = options
    // SQLite locks no bytes of the log, so that closing this descriptor releases no lock of SQLite. It would do so on
    // the other files (POSIX: closing any descriptor of a file releases all locks of the process on it).
    this.#file = openSync(options.log, 'r+')
  }

  get isBehind(): boolean {
    return this.#durable < this.#commits
  }

  get isSyncing(): boolean {
    return this.#running !== null
  }

  noteCommit(): void {
    this.#commits++
  }

  async reached(): Promise<void> {
    const commits = this.#commits
    while (this.#durable < commits) {
      if (this.#lost !== null) throw this.#lost
      this.#running ??= this.#sync()
      await this.#running
    }
  }

  /**
   * Ends the process, because the disk may lack data that every connection can read. After a sync that failed, the kernel
   * may consider the data written, and a second sync would succeed without writing it ("fsyncgate"; PostgreSQL panics for
   * the same reason). The next process writes the log again: see `settleLog`.
   */
  loseWrites(error: Error): void {
    this.#lost ??= new Failure(unavailable, { cause: error })
    this.#options.onLostWrites(error)
  }

  async close(): Promise<void> {
    await this.#running
    closeSync(this.#file)
  }

  async #sync(): Promise<void> {
    const commits = this.#commits
    try {
      await sync(this.#file)
      this.#durable = commits
    } catch (error) {
      this.loseWrites(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#running = null
    }
    this.#options.onSynced()
  }
}

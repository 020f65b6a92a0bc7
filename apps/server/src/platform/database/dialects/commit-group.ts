import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import type { Durability } from './durability.ts'
import type { StatementCache } from './sqlite-statements.ts'
import type { WriteLock } from './write-lock.ts'

/** So few that another process that waits for the file gets its turn within milliseconds. */
const membersMax = 16

export interface CommitChecks {
  /** @throws `unavailable` if nothing more can be written for now */
  readonly assertRoom: () => void
  /** @throws `unavailable` if what is written now would be lost */
  readonly assertInPlace: () => void
}

export interface CommitGroupOptions {
  readonly writer: StatementCache
  readonly lock: WriteLock
  readonly durability: Durability
  readonly checks: CommitChecks
}

/**
 * Commits several transactions together. They wait for each other anyway, and the disk takes as long for all of them as
 * for one. While the disk writes one group, the next one gathers. If a transaction fails, only that one is undone. None
 * is acknowledged before all are durable. If the disk fails, a later transaction may have read what an earlier one lost,
 * but then the later one is lost too.
 */
export class CommitGroup {
  readonly #writer: StatementCache
  readonly #lock: WriteLock
  readonly #durability: Durability
  readonly #checks: CommitChecks
  /** Transactions that have ended and wait for the disk. */
  #members: PromiseWithResolvers<void>[] = []
  /** Flushes at the end of this turn of the event loop. */
  #scheduledFlush: NodeJS.Immediate | undefined
  #isDue = false
  #release: () => void = () => undefined

  constructor({ writer, lock, durability, checks }: CommitGroupOptions) {
    this.#writer = writer
    this.#lock = lock
    this.#durability = durability
    this.#checks = checks
  }

  /** Waits for the caller's turn and for the file. Until the caller leaves, every write belongs to it. */
  async enter(): Promise<void> {
    await this.#take()
    try {
      if (!this.#writer.inTransaction) await this.#begin()
    } catch (error) {
      this.leave()
      throw error
    }
  }

  /** Leaves, and waits until the caller's writes are durable. */
  async commit(): Promise<void> {
    const member = Promise.withResolvers<void>()
    this.#members.push(member)
    if (this.#members.length === 1) this.#scheduleFlush()
    this.leave()
    await member.promise
  }

  /** Ends the caller's turn. Its writes stay part of the commit unless they were undone before. */
  leave(): void {
    const isFull = this.#members.length >= membersMax
    const isEmpty = this.#members.length === 0 && this.#lock.waiting === 0
    try {
      if (this.#isDue || isFull || isEmpty) this.#flush()
    } finally {
      this.#release()
    }
  }

  /** Runs a statement outside of any transaction, such as a setting of the connection. */
  async alone<T>(work: () => T): Promise<T> {
    const result = await this.pause(() => whenFree(work))
    // It may have written something.
    this.#durability.noteCommit()
    await this.#durable()
    return result
  }

  /** Runs work while no transaction is open, and none can begin. */
  async pause<T>(work: () => Promise<T>): Promise<T> {
    await this.#take()
    try {
      this.#flush()
      return await work()
    } finally {
      this.leave()
    }
  }

  /**
   * Rejects every waiting transaction. SQLite has undone what was not committed, for example because the disk is full
   * or fails.
   */
  rejectWaiting(cause: unknown): void {
    clearImmediate(this.#scheduledFlush)
    for (const member of this.#members.splice(0)) member.reject(cause)
  }

  async #take(): Promise<void> {
    this.#release = await this.#lock.acquire()
  }

  // A transaction that reads first and writes later fails if another process has written in between. `immediate` takes
  // the write lock at the start and waits for it instead.
  async #begin(): Promise<void> {
    this.#checks.assertRoom()
    // Otherwise, under load, the file would never be free long enough for another process to notice.
    if (this.#lock.waiting > 0) await nextTurn()
    await whenFree(() => this.#writer.run(CompiledQuery.raw('begin immediate')))
  }

  // Requests that have arrived by now may still join. A single request does not wait.
  #scheduleFlush(): void {
    clearImmediate(this.#scheduledFlush)
    this.#scheduledFlush = setImmediate(() => this.#flushSoon())
  }

  #flushSoon(): void {
    // A commit would have to wait for the next sync anyway. Until then, others may join.
    if (this.#durability.isSyncing) return
    // A transaction is open, so nothing can be committed yet; it ends soon.
    if (this.#lock.isHeld) this.#isDue = true
    else this.#flush()
  }

  #flush(): void {
    clearImmediate(this.#scheduledFlush)
    this.#isDue = false
    if (!this.#writer.inTransaction) {
      this.rejectWaiting(new Error('SQLite has undone the transaction'))
      return
    }
    try {
      // A commit into a file that was deleted would be acknowledged, and be gone at the next start.
      this.#checks.assertInPlace()
      this.#writer.run(CompiledQuery.raw('commit'))
      this.#durability.noteCommit()
      this.#acknowledge(this.#members.splice(0))
    } catch (error) {
      this.rejectWaiting(error)
      // The transaction may still be open, and the next statements would become part of it.
      if (this.#writer.inTransaction) this.#writer.run(CompiledQuery.raw('rollback'))
    }
  }

  #acknowledge(members: readonly PromiseWithResolvers<void>[]): void {
    this.#durable().then(
      () => {
        for (const member of members) member.resolve()
      },
      (error: unknown) => {
        for (const member of members) member.reject(error)
      },
    )
  }

  async #durable(): Promise<void> {
    try {
      await this.#durability.reached()
    } finally {
      // They have gathered while the disk was busy.
      if (this.#members.length > 0) this.#scheduleFlush()
    }
  }
}

const busyWaitMaxMs = 5_000
const busyPauseMs = 5
const busyCode = 5

// Another process may hold the file's write lock. SQLite's own waiting would stop the event loop, and with it
// every other request, so the writer does not wait in SQLite but here.
async function whenFree<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + busyWaitMaxMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === busyCode
      if (!isBusy || performance.now() > deadline) throw error
      await setTimeout(busyPauseMs)
    }
  }
}

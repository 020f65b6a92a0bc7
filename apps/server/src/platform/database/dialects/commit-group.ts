import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import type { StatementCache } from './sqlite-statements.ts'
import type { WriteLock } from './write-lock.ts'

/** So few that other processes, which wait for the file, get their turn within some milliseconds. */
const membersMax = 16

/**
 * Transactions that wait for each other anyway reach the disk together: it takes as long for one as for all of them.
 * Each is undone by itself where it fails, and none is acknowledged before all are durable. Only what a later one has
 * read of an earlier one may then be gone where the disk fails, and then it is itself.
 */
export class CommitGroup {
  readonly #writer: StatementCache
  readonly #lock: WriteLock
  /** Those that have ended and wait for the disk. */
  #members: PromiseWithResolvers<void>[] = []
  /** The end of this turn of the event loop. */
  #soon: NodeJS.Immediate | undefined
  #isDue = false
  #release: () => void = () => undefined

  constructor(writer: StatementCache, lock: WriteLock) {
    this.#writer = writer
    this.#lock = lock
  }

  /** Waits for its turn and for the file; then all that is written belongs to the caller, until it leaves. */
  async enter(): Promise<void> {
    await this.#take()
    try {
      if (!this.#writer.inTransaction) await this.#begin()
    } catch (error) {
      this.leave()
      throw error
    }
  }

  /** Leaves, and waits until what was written is durable. */
  async commit(): Promise<void> {
    const member = Promise.withResolvers<void>()
    this.#members.push(member)
    // Whose requests have come by now may still join; a request that is alone waits for nobody.
    if (this.#members.length === 1) this.#soon = setImmediate(() => this.#flushSoon())
    this.leave()
    await member.promise
  }

  /** What was written stays part of what is committed, unless it was undone before. */
  leave(): void {
    const isFull = this.#members.length >= membersMax
    const isEmpty = this.#members.length === 0 && this.#lock.waiting === 0
    try {
      if (this.#isDue || isFull || isEmpty) this.#flush()
    } finally {
      this.#release()
    }
  }

  /** For what is no part of a transaction, as settings of the connection are not. */
  async alone<T>(work: () => T): Promise<T> {
    await this.#take()
    try {
      this.#flush()
      return await whenFree(work)
    } finally {
      this.leave()
    }
  }

  /** SQLite has undone all that was not committed yet, as it does where the disk is full or fails. */
  undone(cause: unknown): void {
    clearImmediate(this.#soon)
    for (const member of this.#members.splice(0)) member.reject(cause)
  }

  async #take(): Promise<void> {
    this.#release = await this.#lock.acquire()
  }

  // A transaction that reads first and writes later fails when another process has written meanwhile; `immediate`
  // takes the write lock at once and waits for it instead.
  async #begin(): Promise<void> {
    // Under load the file would else never be free for longer than an instant, in which no other process looks.
    if (this.#lock.waiting > 0) await nextTurn()
    await whenFree(() => this.#writer.run(CompiledQuery.raw('begin immediate')))
  }

  #flushSoon(): void {
    // In the middle of a transaction nothing can be committed; its end is soon.
    if (this.#lock.isHeld) this.#isDue = true
    else this.#flush()
  }

  #flush(): void {
    clearImmediate(this.#soon)
    this.#isDue = false
    if (!this.#writer.inTransaction) {
      this.undone(new Error('undone by SQLite'))
      return
    }
    try {
      this.#writer.run(CompiledQuery.raw('commit'))
      for (const member of this.#members.splice(0)) member.resolve()
    } catch (error) {
      this.undone(error)
      // It may be open still, and what comes next would be part of it.
      if (this.#writer.inTransaction) this.#writer.run(CompiledQuery.raw('rollback'))
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

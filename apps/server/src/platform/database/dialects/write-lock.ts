import { Failure } from '../../kernel/failures.ts'
import { unavailable } from '../../kernel/problems.ts'

const waitMaxMs = 5_000

/** Gives the one connection that writes to one transaction after the other, in order of arrival. */
export class WriteLock {
  #held = false
  readonly #waiting = new Set<() => void>()

  get isHeld(): boolean {
    return this.#held
  }

  /** The number of callers that wait for it. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** @returns the function that releases the lock. It refuses a caller that waits too long, so that no caller hangs. */
  async acquire(): Promise<() => void> {
    if (this.#held) await this.#waitForTurn()
    this.#held = true
    let released = false
    return () => {
      if (released) return
      released = true
      this.#handOver()
    }
  }

  #waitForTurn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(take)
        reject(
          new Failure(unavailable, {
            retryAfterSeconds: 1,
            cause: new Error('waited too long for the write lock'),
          }),
        )
      }, waitMaxMs)
      this.#waiting.add(take)
    })
  }

  // The lock stays held while it passes to the next caller, so that no later caller overtakes.
  #handOver(): void {
    const next = this.#waiting.values().next()
    if (next.done) {
      this.#held = false
      return
    }
    this.#waiting.delete(next.value)
    next.value()
  }
}

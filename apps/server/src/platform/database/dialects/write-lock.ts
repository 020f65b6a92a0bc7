import { Failure } from '../../kernel/failures.ts'
import { unavailable } from '../../kernel/problems.ts'

const waitMaxMs = 5_000

/** Hands the one writing connection to one transaction after the other, in order of arrival. */
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

  /** @returns the function that releases the lock. A caller that waits too long is refused, so that none hangs. */
  async acquire(): Promise<() => void> {
    if (this.#held) await this.#turn()
    this.#held = true
    let released = false
    return () => {
      if (released) return
      released = true
      this.#passOn()
    }
  }

  #turn(): Promise<void> {
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

  // The lock stays held while it changes hands, so that no later caller overtakes.
  #passOn(): void {
    const next = this.#waiting.values().next()
    if (next.done) {
      this.#held = false
      return
    }
    this.#waiting.delete(next.value)
    next.value()
  }
}

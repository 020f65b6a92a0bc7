import { AsyncLocalStorage } from 'node:async_hooks'
import { Failure } from './failures.ts'

export interface CoalescerOptions<Key, Values, Found> {
  /** Answers several questions at once. A key without an entry in the answer has no result. */
  readonly ask: (keys: readonly Key[], values: Values) => Promise<ReadonlyMap<Key, Found>>
  /** How many keys one question holds, at most. */
  readonly keysMax: number
  /** How many questions are under way at once, at most. A slow one is no longer counted. */
  readonly underWayMax: number
  /** After this time a question counts as slow, so that it does not hold back the others. */
  readonly slowMs: number
}

interface Waiter<Key, Values, Found> {
  readonly key: Key
  readonly values: Values
  readonly resolve: (found: Found | null) => void
  readonly reject: (error: unknown) => void
  /** Runs the question as part of the request that opened it, so that its trace shows it. Null for those who join. */
  readonly run: ((work: () => void) => void) | null
}

/**
 * Puts questions that arrive in the same turn of the event loop, or while others are under way, together into one. The
 * question is asked after everyone in it has arrived. So each of them sees everything that was committed before (I2).
 */
export class Coalescer<Key, Values, Found> {
  readonly #options: CoalescerOptions<Key, Values, Found>
  readonly #waiting: Waiter<Key, Values, Found>[] = []
  #underWay = 0
  #isDue = false

  constructor(options: CoalescerOptions<Key, Values, Found>) {
    this.#options = options
  }

  /** @returns null if there is no result for the key. `values` are common to all keys: the latest ones apply. */
  find(key: Key, values: Values): Promise<Found | null> {
    return new Promise((resolve, reject) => {
      const isFirst = this.#waiting.length % this.#options.keysMax === 0
      const run = isFirst ? AsyncLocalStorage.snapshot() : null
      this.#waiting.push({ key, values, resolve, reject, run })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.length === 0 || this.#underWay >= this.#options.underWayMax) return
    this.#isDue = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#isDue = false
    const asked = this.#waiting.splice(0, this.#options.keysMax)
    const [first] = asked
    const release = this.#begin()
    const answer = () => void this.#answer(asked).finally(release)
    if (first?.run) first.run(answer)
    else answer()
    this.#schedule()
  }

  /** Counts a question as under way, until it is answered or slow. */
  #begin(): () => void {
    this.#underWay += 1
    let isCounted = true
    const release = () => {
      clearTimeout(slow)
      if (!isCounted) return
      isCounted = false
      this.#underWay -= 1
      this.#schedule()
    }
    const slow = setTimeout(release, this.#options.slowMs)
    return release
  }

  async #answer(asked: readonly Waiter<Key, Values, Found>[]): Promise<void> {
    const last = asked.at(-1)
    if (last === undefined) return
    const keys = [...new Set(asked.map(({ key }) => key))]
    try {
      const found = await this.#options.ask(keys, last.values)
      for (const { key, resolve } of asked) resolve(found.get(key) ?? null)
    } catch (error) {
      await this.#afterError(asked, keys.length, error)
    }
  }

  /** A key that the database rejects must fail alone. If the database is down, everyone gets that answer at once. */
  async #afterError(
    asked: readonly Waiter<Key, Values, Found>[],
    keyCount: number,
    error: unknown,
  ): Promise<void> {
    if (keyCount === 1 || error instanceof Failure) {
      for (const { reject } of asked) reject(error)
      return
    }
    await Promise.all(asked.map((waiter) => this.#answer([waiter])))
  }
}

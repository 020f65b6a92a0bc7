import type { Clock } from '../../src/platform/kernel/clock.ts'

/** A clock that stands still until a test advances it. */
export class FrozenClock implements Clock {
  #now: number

  constructor(start: Date = new Date()) {
    this.#now = start.getTime()
  }

  /**
   * Starts at a whole second, because tokens count in whole seconds. Only then can a test reach the exact moment of
   * their expiry.
   */
  static atWholeSecond(): FrozenClock {
    return new FrozenClock(new Date(Math.floor(Date.now() / 1_000) * 1_000))
  }

  now(): Date {
    return new Date(this.#now)
  }

  advance(seconds: number): void {
    this.#now += seconds * 1_000
  }
}

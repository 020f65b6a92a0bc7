import type { Clock } from '../../src/platform/kernel/clock.ts'

/** Time stands still until a test moves it. */
export class FrozenClock implements Clock {
  #now: number

  constructor(start: Date = new Date()) {
    this.#now = start.getTime()
  }

  /** Tokens count in whole seconds: only from one of them can a test go to the very moment of their expiry. */
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

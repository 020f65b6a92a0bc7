import type { Clock } from '../../src/platform/kernel/clock.ts'

/** Time stands still until a test moves it. */
export class FrozenClock implements Clock {
  #now: number

  constructor(start: Date = new Date()) {
    this.#now = start.getTime()
  }

  now(): Date {
    return new Date(this.#now)
  }

  advance(seconds: number): void {
    this.#now += seconds * 1_000
  }
}

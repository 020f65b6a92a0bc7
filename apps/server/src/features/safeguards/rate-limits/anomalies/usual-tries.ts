import { dayMs } from '../../../../platform/kernel/durations.ts'
import { unusualFactor, windowMs } from './model.ts'

/** Until a whole week has been seen, no Monday morning has. */
const learningWindows = (7 * dayMs) / windowMs

/** In a week, a peak loses a third: a weekend forgets little, and the peak of a former campaign does not last forever. */
const keptPerWindow = (2 / 3) ** (1 / learningWindows)

/**
 * How many wrong passwords this server usually has in a window: the peak of the past week or so. Not an average, because
 * a Monday morning is far above the average of a weekend.
 */
export class UsualTries {
  #peak = 0
  #windows = 0

  /** Learns from a window, and from empty ones after it. */
  learn(tries: number, windows: number): void {
    this.#peak = Math.max(this.#peak, tries) * keptPerWindow ** windows
    this.#windows += windows
  }

  isFarBelow(tries: number): boolean {
    return this.#windows >= learningWindows && tries >= unusualFactor * this.#peak
  }
}

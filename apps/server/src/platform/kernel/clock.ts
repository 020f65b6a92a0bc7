/** Time as a dependency, so that tests may stop it. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

import type { Problem } from '../../../platform/kernel/failures.ts'

/** The source of the external ids of made-up people: by these they are found again. */
export const demoSource = 'demo'

/** Made-up events are in no block of the chain. Blocks are numbered from 1. */
export const demoBlock = 0

export interface DemoOptions {
  readonly people: number
  readonly days: number
  /** The same seed gives the same people, who do the same on the same days before today. */
  readonly seed: number
}

export const demoDefaults: DemoOptions = { people: 500, days: 90, seed: 1 }
export const demoPeopleMax = 20_000
export const demoDaysMax = 400

export interface DemoSummary {
  readonly people: number
  readonly events: number
}

export const demoInProduction: Problem = {
  code: 'demo_in_production',
  kind: 'forbidden',
  title: 'No made-up people in production',
  advice:
    'Only a development database takes made-up people. PROXIMA_ENV is "production" here. Nothing was changed.',
}

export const demoExists: Problem = {
  code: 'demo_exists',
  kind: 'conflict',
  title: 'There are made-up people already',
  advice: 'Remove them first with "proxima seed --remove". Nothing was changed.',
}

/** Numbers from 0 to 1 that look random and depend on the seed alone (mulberry32). Never for a secret. */
export type Chance = () => number

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  const item = items[Math.floor(chance() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

import { at, type Primitive } from './primitive.ts'

const costMin = 4
/** Each step doubles the time: 14 takes about a second of a core, 31 would take more than a day. */
const costMax = 14
/** OWASP Password Storage Cheat Sheet: a work factor of 10 or more. */
const costStrong = 10

const digestCharacters = 31

/** `[cost]`. The digest is its text: 31 characters. */
export const bcrypt: Primitive = {
  parameters: 1,
  refuse: (parameters) => {
    const cost = at(parameters, 0)
    if (cost < costMin) return `The bcrypt cost of this hash is ${cost}. There is no cost below ${costMin}.`
    if (cost <= costMax) return null
    return `The bcrypt cost of this hash is ${cost}. A cost above ${costMax} takes too long to check.`
  },
  isWeak: (parameters) => at(parameters, 0) < costStrong,
  digestBytes: () => digestCharacters,
  saltBytes: { min: 16, max: 16 },
  seconds: (parameters) => 2 ** (at(parameters, 0) - costMax),
  compute: async (password, salt, parameters) => {
    const { hash } = await import('@node-rs/bcrypt')
    const text = await hash(password, at(parameters, 0), salt)
    return Buffer.from(text.slice(-digestCharacters), 'latin1')
  },
  steps: {
    of: (parameters) => 2 ** at(parameters, 0),
    // Every sum of powers of two from 2^4 on has only bits from there on.
    make: (steps) => bitsOf(steps).map((cost) => [cost]),
  },
}

function bitsOf(value: number): readonly number[] {
  return Array.from({ length: 31 }, (_, bit) => bit).filter((bit) => Math.floor(value / 2 ** bit) % 2 === 1)
}

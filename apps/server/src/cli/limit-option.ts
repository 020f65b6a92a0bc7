import { InvalidArgumentError } from 'commander'

export const limitMax = 1_000

/** The value of `--limit`. */
export function readLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
    throw new InvalidArgumentError(`Give a number from 1 to ${limitMax}.`)
  return limit
}

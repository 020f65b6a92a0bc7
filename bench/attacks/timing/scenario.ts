import type { Person } from '../../fill/people.ts'
import { registrationOf } from '../../fill/people.ts'

/** Two requests whose answers must not differ, not even in their time. */
export interface Scenario {
  readonly name: string
  /** What the two requests of a pair are about. */
  readonly sides: readonly [one: string, other: string]
  readonly settings: Readonly<Record<string, string>>
  /** The mail server of the operator. */
  readonly mail: MailState
  /** How far from 0.5 the area under the curve may be. */
  readonly tolerance: number
  /** How many accounts must exist for so many pairs. */
  readonly accountsFor: (pairs: number) => number
  /** True if the emails of these accounts must be verified. */
  readonly verified?: boolean
  readonly plan: (setup: Setup) => Plan
}

/**
 * `none` keeps messages in the outbox. `refused`: no mail server answers. A `silent` one accepts connections and says
 * nothing.
 */
export type MailState = 'none' | 'working' | 'refused' | 'silent'

export interface Setup {
  readonly people: readonly Person[]
  readonly pairs: number
}

export interface Plan {
  /** Requests that are sent before the first pair. */
  readonly before: readonly Buffer[]
  /** Builds the requests of a pair. */
  readonly pair: (index: number) => readonly [one: Buffer, other: Buffer]
  /** The status of both answers. */
  readonly status: number
}

/** An address in a network of its own, so that no limit of an address or a network refuses a request. */
export function addressOf(index: number): string {
  return `10.${(index >> 8) & 255}.${index & 255}.1`
}

/** An email of the same shape as those of accounts, which no account has. */
export function unknownEmail(index: number): string {
  return registrationOf(50_000_000 + index).email
}

/** The emails of accounts with a password. */
export function emailsOf(people: readonly Person[]): string[] {
  return people.filter(({ userSecret }) => userSecret === null).map(({ email }) => email)
}

export function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('there are no accounts')
  return item
}

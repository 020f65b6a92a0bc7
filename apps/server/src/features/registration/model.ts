import type { Problem } from '../../platform/kernel/failures.ts'
import type { Account, Identifiers } from '../accounts/model.ts'

export const registrationClosed: Problem = {
  code: 'forbidden',
  kind: 'forbidden',
  title: 'Registration closed',
  advice: 'This server does not let people register by themselves. Ask its administrator for an account.',
}

/** One of the identifiers of an account; availability is asked for one at a time. */
export type IdentifierName = keyof Identifiers

export interface Availability {
  readonly available: boolean
  /** Why not: a stable code. */
  readonly reason: string | null
}

export interface Registered {
  readonly account: Account
  readonly roles: readonly string[]
  /** Made where no password was given; there is no second chance to see it. */
  readonly userSecret: string | null
}

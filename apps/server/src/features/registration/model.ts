import type { Account, Identifiers } from '../accounts/model.ts'

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

/** As it is kept for a client that lost the answer. */
export function toReceipt(registered: Registered): string {
  return JSON.stringify(registered)
}

export function fromReceipt(text: string): Registered {
  const registered = JSON.parse(text) as Registered
  const { account } = registered
  // Nobody has verified anything at the moment of registering, so these are the only times there are.
  const times = { createdAt: new Date(account.createdAt), updatedAt: new Date(account.updatedAt) }
  return { ...registered, account: { ...account, ...times } }
}

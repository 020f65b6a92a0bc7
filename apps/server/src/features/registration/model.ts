import type { AccountId } from '../../platform/kernel/ids.ts'
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

/** What is kept of a registration for a client that lost the answer; the rest is asked for again. */
export interface Receipt {
  readonly accountId: AccountId
  readonly userSecret: string | null
}

export function toReceipt({ account, userSecret }: Registered): string {
  const receipt: Receipt = { accountId: account.id, userSecret }
  return JSON.stringify(receipt)
}

export function fromReceipt(text: string): Receipt {
  return JSON.parse(text) as Receipt
}

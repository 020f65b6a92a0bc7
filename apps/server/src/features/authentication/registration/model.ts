import type { Account } from '../../../platform/kernel/account.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type Identifiers, type NewAccount, wordsAbout } from '../../users/accounts/model.ts'

/** The name of an identifier. */
export type IdentifierName = keyof Identifiers

export interface Availability {
  readonly available: boolean
  /** A stable code that says why not; null if it is available. */
  readonly reason: string | null
}

/** How a registration reaches the server. */
export interface RegistrationSource {
  readonly context: RequestContext
  readonly idempotencyKey: string | null
}

export interface Registered {
  readonly account: Account
  readonly roles: readonly string[]
  /** Generated if no password was given. It is shown only once. */
  readonly userSecret: string | null
}

/** The form in which the answer is stored, for a client that lost it. */
export function toReceipt(registered: Registered): string {
  // No answer contains the sealed fields, and they would make this one several times as long.
  const account: Account = { ...registered.account, addressSealed: null, nationalIdSealed: null }
  return JSON.stringify({ ...registered, account })
}

export function fromReceipt(text: string): Registered {
  const registered = JSON.parse(text) as Registered
  const { account } = registered
  // Nothing is verified yet at registration, so there are no other times.
  const times = { createdAt: new Date(account.createdAt), updatedAt: new Date(account.updatedAt) }
  return { ...registered, account: { ...account, ...times } }
}

/** Returns the words about the new owner, which their password must not be made of. */
export function wordsAboutNew(account: NewAccount): string[] {
  return wordsAbout({
    ...account,
    username: account.username?.given ?? null,
    email: account.email?.given ?? null,
    phoneNumber: account.phoneNumber?.canonical ?? null,
  })
}

import type { Account } from '../../../platform/kernel/account.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type Identifiers, type NewAccount, wordsAbout } from '../../users/accounts/model.ts'

/** One of the identifiers of an account; availability is asked for one at a time. */
export type IdentifierName = keyof Identifiers

export interface Availability {
  readonly available: boolean
  /** Why not: a stable code. */
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
  /** Made where no password was given; there is no second chance to see it. */
  readonly userSecret: string | null
}

/** As it is kept for a client that lost the answer. */
export function toReceipt(registered: Registered): string {
  // What is sealed is in no answer, and would make this one several times as long.
  const account: Account = { ...registered.account, addressSealed: null, nationalIdSealed: null }
  return JSON.stringify({ ...registered, account })
}

export function fromReceipt(text: string): Registered {
  const registered = JSON.parse(text) as Registered
  const { account } = registered
  // Nobody has verified anything at the moment of registering, so these are the only times there are.
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

import type { Account } from '../../../platform/kernel/account.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { NewCredential } from '../../authenticators/passkeys/model.ts'
import type { PasswordPolicy } from '../../authenticators/passwords/model.ts'
import type { Retry } from '../../safeguards/idempotency/model.ts'
import {
  type Identifiers,
  type NewAccount,
  type NewAccountInput,
  wordsAbout,
} from '../../users/accounts/model.ts'

/**
 * How long a username is held that was asked for together with an address that is taken, with strict privacy. A free
 * username would reveal that the address has an account (I4).
 */
export const withdrawnUsernameHeldMs = dayMs

/** The name of an identifier. */
export type IdentifierName = keyof Identifiers

export interface RegistrationInput extends NewAccountInput {
  readonly password?: string
}

export interface Availability {
  readonly available: boolean
  /** A stable code that says why not; null if it is available. */
  readonly reason: string | null
}

/** A passkey that was made for an account before the account is stored. */
export interface RegisteredPasskey {
  /** The account that the authenticator has stored with it. */
  readonly accountId: AccountId
  /** @throws `passkey_refused`. What was right once is refused the next time. */
  verify(): Promise<NewCredential>
}

/** How a registration reaches the server. */
export interface RegistrationSource {
  readonly context: RequestContext
  readonly idempotencyKey: string | null
  /** True if an administrator creates the account, who may use a reserved username. */
  readonly byAdministrator?: boolean
  /** The languages that the client of the person prefers, as BCP 47 tags, the best first. None if it is absent. */
  readonly languages?: readonly string[]
  /** The administrator, if the request names one. A stored answer counts for them. */
  readonly callerId?: AccountId
  /** The whole request, if it has more than the registration: a repeated one must be the same. */
  readonly request?: object
  /** True if the owner sets the password later, by an invitation. The account gets no credential until then. */
  readonly isInvited?: boolean
  /** The passkey with which the account signs in, in place of a password or a secret. */
  readonly passkey?: RegisteredPasskey
  /** True if the account signs in with an account at another provider. It gets no credential here. */
  readonly isFederated?: boolean
  /** `keyed`: a generated secret has a key id before it, for clients that know no other form. */
  readonly secretForm?: 'keyed'
  /** Absent for the usual one. */
  readonly passwordPolicy?: PasswordPolicy | undefined
}

export interface Registered {
  readonly account: Account
  readonly roles: readonly string[]
  /** Generated if no password was given and no one is invited. It is shown only once. */
  readonly userSecret: string | null
  /** With a passkey. They are shown only once. */
  readonly recoveryCodes?: readonly string[]
}

/** How long a new account waits for its confirmation, with strict privacy: as long as the link in its message works. */
export const pendingHours = 24

/** A registration that may be sent again. It acts for no account yet, unless an administrator sends it. */
export function retryOf(
  request: object,
  key: string,
  { context, holdsSecret, callerId }: { context: RequestContext; holdsSecret: boolean; callerId?: AccountId },
): Retry {
  const client = clientKeyOf(context)
  const holder = { client, account: callerId ?? '' }
  // A key of one administrator is not that of another, who may use the same address.
  return { key, client: callerId ?? client, request, holder, holdsSecret }
}

/** Writes the answer as text, which is stored for a client that lost it. */
export function toStoredAnswer(registered: Registered): string {
  // No answer contains the sealed fields, and they would make this one several times as long.
  const account: Account = { ...registered.account, addressSealed: null, nationalIdSealed: null }
  return JSON.stringify({ ...registered, account })
}

export function fromStoredAnswer(text: string): Registered {
  const registered = JSON.parse(text) as Registered
  const { account } = registered
  // Nothing is verified yet at registration, so there are no other times.
  const times = { createdAt: new Date(account.createdAt), updatedAt: new Date(account.updatedAt) }
  return { ...registered, account: { ...account, ...times } }
}

/** Words about the new owner. A password that is little more than these is too weak. */
export function wordsAboutNew(account: NewAccount): string[] {
  return wordsAbout({
    ...account,
    username: account.username?.given ?? null,
    email: account.email?.given ?? null,
    phoneNumber: account.phoneNumber?.canonical ?? null,
  })
}

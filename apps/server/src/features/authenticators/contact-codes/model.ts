import type { Account } from '../../../platform/kernel/account.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditAction } from '../../safeguards/audit/model.ts'
import { challengeMinutes } from '../../session-management/challenges/model.ts'
import type { AuthenticationMethod } from '../../session-management/sessions/model.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'

/** After a recovery by a contact, that contact is no second factor for so long. A day lets the owner notice it. */
export const recoveryMarkMs = dayMs

/** Which contacts are second factors. */
export interface ContactCodePolicy {
  /** Empty if none is. */
  readonly contacts: readonly ContactKind[]
  /** True if people who have added a second factor may use a contact instead. */
  readonly isBesideOthers: boolean
}

/** An account whose first factor was right. */
export interface AskedAccount {
  readonly account: Account
  /** The methods that were right. */
  readonly methods: readonly AuthenticationMethod[]
  /** True if the owner has added a second factor. */
  readonly hasOwnFactor: boolean
}

/** The contacts that an account can use as its second factor. */
export interface ContactOffer {
  readonly kinds: readonly ContactKind[]
  /**
   * True if the account has such a contact, and none can be used after this first factor. It must not get in with less
   * then, and must not add another factor either.
   */
  readonly isWithheld: boolean
}

export const noContact: ContactOffer = { kinds: [], isWithheld: false }

/** What became of a request for a code. A cap that has withheld the message does not show: it would reveal others. */
export interface SentContactCode {
  /** True if another code was sent less than a minute ago, perhaps for another sign-in, so that none was sent now. */
  readonly isTooSoon: boolean
  /** The seconds until another code may be sent. */
  readonly waitSeconds: number
}

/** A code as someone gives it back. */
export interface ContactCodeGuess extends AskedAccount {
  readonly kind: ContactKind
  readonly code: string
  /** The id of the challenge that the code was requested for. */
  readonly flow: string
  readonly context: RequestContext
  readonly action: AuditAction
}

/**
 * What someone knows, or what another provider vouches for. A message beside it proves another kind of factor (NIST SP
 * 800-63B-4 §2.2).
 */
const knowledge: readonly AuthenticationMethod[] = ['password', 'user_secret', 'federated']

/**
 * True if a message can be the second factor. After a code that was sent, another message would prove the same thing
 * twice, and one to the same mailbox nothing at all.
 */
export function mayFollow(methods: readonly AuthenticationMethod[]): boolean {
  return methods.length > 0 && methods.every((method) => knowledge.includes(method))
}

export function isContactKind(kind: string): kind is ContactKind {
  return kind === 'email' || kind === 'phone_number'
}

export function methodOf(kind: ContactKind): Extract<AuthenticationMethod, 'email_code' | 'sms_code'> {
  return kind === 'email' ? 'email_code' : 'sms_code'
}

/** Each contact has a code of its own, bound to one sign-in (A83). */
export function bindingOf({ id }: Pick<Account, 'id'>, kind: ContactKind, flow: string) {
  return { purpose: 'second_factor', holder: [...guessSubjectOf(id), kind], flow } as const
}

/**
 * What guesses are counted for: the contact of the account (A40). Neither a new challenge nor a new code changes it, and
 * a code of another contact does not start its count again.
 */
export function guessedBy({ id }: Pick<Account, 'id'>, kind: ContactKind) {
  return { authenticator: 'second_factor', subject: [...guessSubjectOf(id), kind] } as const
}

export const messageFacts = { codeMinutes: challengeMinutes }

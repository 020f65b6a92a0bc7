import type { Account } from '../../../platform/kernel/account.ts'
import { codeLifetimes, codeMinutes } from '../../authenticators/codes/model.ts'
import type { AuthenticationMethod } from '../../session-management/sessions/model.ts'
import type { Contact, ContactKind } from '../../users/accounts/contacts/model.ts'
import { chooseContact, mustWait } from '../recovery/model.ts'

/** Which contacts of an account its owner can sign in with. */
export interface SignInCodePolicy {
  /** Empty if the server does not offer it. */
  readonly contacts: readonly ContactKind[]
  /** True if a recovery by another contact than the main one must wait. */
  readonly isOtherContactSlow: boolean
}

/** `code`: six digits to type. `link`: a mail also has a link; a text message never has one. */
export const deliveries = ['code', 'link'] as const
export type Delivery = (typeof deliveries)[number]

/** The flow of the longest identifier. What was typed is in it, sealed. */
export const flowLengthMax = 3_000

/** What someone asks for who wants to sign in with a code. */
export interface SignInCodeRequest {
  /** As it was typed. */
  readonly identifier: string
  readonly delivery: Delivery
  /** The flow that the client has; absent if it has none. */
  readonly after?: string | null
}

/** What the code goes to, and for whom; bound to the client that asked for it. */
export interface Flow {
  readonly id: string
  /** Null for an identifier that no account has. */
  readonly accountId: Account['id'] | null
  readonly kind: ContactKind
  readonly startedAt: Date
  /** What was typed, in its canonical form. */
  readonly typed: readonly string[]
}

/**
 * The contact to which the code goes: the one that was typed, or else the main one; null if there is none.
 *
 * Only a contact that its owner has confirmed: anyone can enter the address of someone else (A10). A text message is
 * easier to intercept than the mail of a confirmed address, so a recovery by it must wait (NIST SP 800-63B-4 §3.1.3.3).
 * Signing in must not be a quicker way around that, so the code then goes to the email address.
 */
export function signInContact(
  contacts: readonly Contact[],
  typedKind: string | undefined,
  { contacts: allowed, isOtherContactSlow }: SignInCodePolicy,
): Contact | null {
  const confirmed = contacts.filter(({ verifiedAt }) => verifiedAt !== null)
  const usable = confirmed.filter(
    (contact) => allowed.includes(contact.kind) && !(isOtherContactSlow && mustWait(confirmed, contact)),
  )
  return chooseContact(usable, typedKind)
}

/** Each contact has a code of its own, so that no one can invalidate the code of another contact. */
export function bindingOf(subject: readonly string[], { id, kind }: Pick<Flow, 'id' | 'kind'>) {
  return { purpose: 'sign_in', holder: [...subject, kind], flow: id } as const
}

/** What guesses are counted for: the contact, as at a recovery (A40). Neither a new code nor a new flow changes it. */
export function guessedBy(subject: readonly string[], kind: ContactKind) {
  return { authenticator: 'sign_in', subject: [...subject, kind] } as const
}

export function methodOf(kind: ContactKind): Extract<AuthenticationMethod, 'email_code' | 'sms_code'> {
  return kind === 'email' ? 'email_code' : 'sms_code'
}

/** How long a browser remembers the flow that it has begun: as long as its link works. */
export const flowCookieSeconds = codeLifetimes.sign_in.linkMs / 1_000

export const messageFacts = { codeMinutes, linkMinutes: codeLifetimes.sign_in.linkMs / 60_000 }

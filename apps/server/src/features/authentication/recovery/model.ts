import type { Account } from '../../../platform/kernel/account.ts'
import { hourMs } from '../../../platform/kernel/durations.ts'
import { Failure, type Problem } from '../../../platform/kernel/failures.ts'
import {
  type AnyBinding,
  type AnyPurpose,
  type CodeRefusal,
  codeExpired,
  codeInvalid,
  codeLifetimes,
  codeMinutes,
} from '../../authenticators/codes/model.ts'
import type { Contact, ContactKind } from '../../users/accounts/contacts/model.ts'

/** Which ways to recover an account the operator allows, and how long one of them must wait. */
export interface RecoveryPolicy {
  readonly byContact: boolean
  readonly byUnverifiedContact: boolean
  readonly byAdministrator: boolean
  /** How long a recovery by another contact than the main one must wait; 0 if it does not. */
  readonly byOtherContactMs: number
}

/** After the wait, the recovery can be finished for that long. Then it must wait again. */
export const recoveryOpenMs = 72 * hourMs

/** What an account gets instead of what its owner has lost. */
export type NewCredential =
  | { readonly kind: 'password' }
  /** For an account that never had a password. Shown only once. */
  | { readonly kind: 'user_secret'; readonly userSecret: string }

/**
 * The contacts by which the account can be recovered, the main one first. An unverified contact counts only if there is
 * no verified one: anyone can add an address that is not theirs (A10).
 */
export function recoveryContacts(
  contacts: readonly Contact[],
  { byUnverifiedContact }: Pick<RecoveryPolicy, 'byUnverifiedContact'>,
): readonly Contact[] {
  const verified = contacts.filter(({ verifiedAt }) => verifiedAt !== null)
  if (verified.length > 0) return verified
  return byUnverifiedContact ? contacts : []
}

/** The contact to which the code goes: the one that was typed, or else the main one. */
export function chooseContact(usable: readonly Contact[], typedKind: string | undefined): Contact | null {
  return usable.find(({ kind }) => kind === typedKind) ?? usable[0] ?? null
}

/**
 * True if a recovery by this contact must wait. Text messages are easier to intercept than the mail of a verified
 * address, so they must not be a quicker way around it (NIST SP 800-63B-4 §3.1.3.3).
 */
export function mustWait(usable: readonly Contact[], by: Pick<Contact, 'kind'>): boolean {
  const [main] = usable
  return main !== undefined && main.verifiedAt !== null && main.kind !== by.kind
}

const emailFirst = ['email', 'phone_number'] as const
const phoneNumberFirst = ['phone_number', 'email'] as const

/**
 * Where the message would go if an account had the identifier that was typed. It is never sent. Like that of an account,
 * it goes to a contact that messages reach: a message that nothing delivers is less work (I4).
 */
export function decoyOf(
  [typedKind, ...typed]: readonly string[],
  reaches: (kind: ContactKind) => boolean,
): Contact {
  const kinds = typedKind === 'phone_number' ? phoneNumberFirst : emailFirst
  const kind = kinds.find(reaches) ?? kinds[0]
  const canonical = typed.join(' ')
  return { kind, canonical, address: canonical, verifiedAt: new Date(0) }
}

/**
 * A deleted account can be recovered, so that its owner can restore it. A suspended one cannot, and neither can one that
 * waits for its confirmation: it needs its code and its password (A08).
 */
export function mayRecover({ kind, status }: Pick<Account, 'kind' | 'status'>): boolean {
  // No one signs in to the account of a program.
  return kind === 'person' && status !== 'suspended' && status !== 'pending'
}

export type RecoveryPurpose = Extract<AnyPurpose, `recovery${string}`>

/** Each contact has a code of its own, so that no one can invalidate the code of another contact. */
export function bindingOf<Purpose extends RecoveryPurpose>(
  purpose: Purpose,
  subject: readonly string[],
  kind: ContactKind,
): AnyBinding & { readonly purpose: Purpose } {
  return { purpose, holder: [...subject, kind], flow: null }
}

/**
 * What guesses at a code are counted for: the contact, not the account. Otherwise someone with one of its contacts could
 * make correct guesses, which start the count again, between wrong ones at the code of the other (A40).
 */
export function guessedBy({ subject }: { readonly subject: readonly string[] }, kind: ContactKind) {
  return { authenticator: 'recovery', subject: [...subject, kind] } as const
}

export const recoveryTokenSeconds = codeLifetimes.recovery_token.linkMs / 1_000

export const messageFacts = { codeMinutes, linkMinutes: codeLifetimes.recovery.linkMs / 60_000 }

/** What the holder of a recovery shows: the token of `verify`, or that of the link in the message. */
export interface RecoveryGrant {
  readonly purpose: 'recovery_token' | 'recovery'
  readonly token: string
}

/** The failure of a reset: a new code alone is not enough, because it must first be exchanged for a token. */
export function grantFailure(
  { purpose }: Pick<RecoveryGrant, 'purpose'>,
  { isExpired }: Pick<CodeRefusal, 'isExpired'> = { isExpired: false },
): Failure {
  const what = purpose === 'recovery_token' ? 'This recovery token' : 'This link'
  const why = isExpired ? 'has expired' : 'is not valid, or was used or replaced before'
  return new Failure(isExpired ? codeExpired : codeInvalid, {
    detail: `${what} ${why}. Start the recovery again.`,
  })
}

export const recoveryWaiting: Problem = {
  code: 'recovery_waiting',
  kind: 'forbidden',
  title: 'Recovery must wait',
  advice:
    'The code is right, but a recovery by this contact must wait. Every contact of the account was notified. After "usable_at", request another code for the same contact, or recover the account by its other contact now.',
  cause:
    'The account has a verified email address, and someone asked for its recovery by phone number. The owner gets time to notice and to cancel it (`PROXIMA_RECOVERY_BY_OTHER_CONTACT_HOURS`).',
  exampleMembers: { usable_at: '2026-11-29T09:04:59.000Z' },
}

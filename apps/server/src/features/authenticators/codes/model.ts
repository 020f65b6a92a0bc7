import { dayMs, hourMs, minuteMs } from '../../../platform/kernel/durations.ts'
import { Failure, type Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { asciiNumber } from '../../../platform/kernel/typed-text.ts'
import type { Authenticator } from '../../safeguards/rate-limits/guesses/model.ts'
import { challengeMs } from '../../session-management/challenges/model.ts'

/** What a code is for. Each purpose has a budget of guesses of its own. */
export type CodePurpose = Exclude<Authenticator, 'password' | 'totp' | 'recovery_code' | 'passkey'>
/** A purpose for which no one types digits: only the token of the link is used. */
export type LinkPurpose =
  | 'recovery_token'
  | 'recovery_client'
  | 'recovery_wait'
  | 'factor_recovery_wait'
  | 'sign_in_report'
  | 'invitation'
export type AnyPurpose = CodePurpose | LinkPurpose

/** How long the digits and the link of one code work. */
export interface CodeLifetimes {
  /** At most ten minutes (NIST SP 800-63B-4 §3.1.3.2). */
  readonly codeMs: number
  readonly linkMs: number
}

export const codeMinutes = 10
export const codeLifetimes: Readonly<Record<AnyPurpose, CodeLifetimes>> = {
  verification: { codeMs: codeMinutes * minuteMs, linkMs: dayMs },
  // With another contact, a thief could recover the account: no one needs longer than for the mail to come.
  contact_change: { codeMs: codeMinutes * minuteMs, linkMs: hourMs },
  // It gives access to an account, so it works only as long as people need who asked for it a moment ago.
  recovery: { codeMs: codeMinutes * minuteMs, linkMs: hourMs },
  // It signs in, so the link works no longer than the code.
  sign_in: { codeMs: codeMinutes * minuteMs, linkMs: codeMinutes * minuteMs },
  // It belongs to a challenge, and lasts no longer. Its message has no link.
  second_factor: { codeMs: challengeMs, linkMs: 0 },
  recovery_token: { codeMs: 0, linkMs: codeMinutes * minuteMs },
  // As long as the code whose account it names.
  recovery_client: { codeMs: 0, linkMs: codeMinutes * minuteMs },
  // Longer than the longest wait that can be set, and the time that follows it.
  recovery_wait: { codeMs: 0, linkMs: 30 * dayMs },
  // It removes a second factor, so it works only for as long as the sign-in that needs it.
  factor_recovery: { codeMs: codeMinutes * minuteMs, linkMs: 0 },
  factor_recovery_wait: { codeMs: 0, linkMs: 30 * dayMs },
  // People read their mail after the weekend.
  sign_in_report: { codeMs: 0, linkMs: 7 * dayMs },
  // Unless the operator sets another time.
  invitation: { codeMs: 0, linkMs: 3 * dayMs },
}

/** A new code to the same holder must wait that long: a person who asks twice has not looked yet. */
export const resendSeconds = 60

/** Where a code is sent, in its canonical form. */
export interface CodeContact {
  readonly kind: 'email' | 'phone_number'
  readonly canonical: string
}

/** What a code is bound to: all of it must be the same when the code comes back (I5, A83). */
export interface CodeBinding {
  readonly purpose: CodePurpose
  /**
   * The account (in parts, with the contact if each contact may have a code), or an identifier that no account has. It
   * has one code of each purpose: a newer one invalidates the older (A82).
   */
  readonly holder: readonly string[]
  /** The flow that requested the code, if the holder may be in several; null if there is only one. */
  readonly flow: string | null
}

/** The binding of a code of any purpose. */
export type AnyBinding = Omit<CodeBinding, 'purpose'> & { readonly purpose: AnyPurpose }

export interface NewCode extends AnyBinding {
  /** Null for an identifier that no account has: the work is the same, and the code proves nothing (I4). */
  readonly accountId: AccountId | null
  readonly contact: CodeContact
}

/** The secrets of a new code. They exist only in the message that carries them. */
export interface IssuedCode {
  /** Six digits. */
  readonly code: string
  /** 256 bits, for a link. */
  readonly linkToken: string
}

/** The longest text that can be a code, in UTF-16 units, with everything that people paste around it. */
export const typedCodeUnitsMax = 64

/**
 * Reads a typed code: six digits of any script, in one form of width. Spaces and dashes may stand between them, and
 * spaces around them. Nothing else is accepted: no sign, no `0x`, no exponent (A84).
 * @returns six ASCII digits; null if the text cannot be a code
 */
export function readTypedCode(text: string): string | null {
  if (text.length > typedCodeUnitsMax) return null
  const typed = asciiNumber(text).trim()
  return /^\d(?:[ -]*\d){5}$/.test(typed) ? typed.replaceAll(/[ -]/g, '') : null
}

/** Why a code proves nothing. */
export interface CodeRefusal {
  readonly isRight: false
  /** True if it was right, but came too late. */
  readonly isExpired: boolean
  /** True if it came too early after wrong ones. */
  readonly isLimited: boolean
}

/** The failure of an action that needs the code. */
export function codeFailure({ isExpired }: Pick<CodeRefusal, 'isExpired'>): Failure {
  return new Failure(isExpired ? codeExpired : codeInvalid)
}

export const codeInvalid: Problem = {
  code: 'code_invalid',
  kind: 'invalid',
  title: 'Wrong code',
  advice: 'This code is not correct. Use the newest code that you received, or request another one.',
  cause:
    'The code has a typing error, was used before, was replaced by a newer one, or was sent for something else or to another address.',
}

export const codeExpired: Problem = {
  code: 'code_expired',
  kind: 'invalid',
  title: 'Code expired',
  advice: 'This code has expired. Request a new one.',
  cause:
    'A code that a person types is valid for ten minutes. The link in a message may be valid for longer.',
}

import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { AuditAction, AuditSubject } from '../../audit/model.ts'

/** How many wrong guesses in a row are free, and how long the caller must wait after each further one. */
export interface GuessPolicy {
  readonly freeGuesses: number
  readonly firstWaitSeconds: number
  readonly waitMaxSeconds: number
}

/**
 * For every kind of code of 6 digits. A code lasts as long as the first wait, so that no code is tried more than five
 * times. Then each further try needs a longer wait, up to a day: a new code does not start the count again (NIST SP
 * 800-63B-4 §3.2.2). Even in a year of attacks, an attacker gets no more than some 370 tries at a million values (A40).
 */
const codeGuesses: GuessPolicy = { freeGuesses: 5, firstWaitSeconds: 600, waitMaxSeconds: 86_400 }

/** Everything that can be guessed. An authenticator that is added here gets budgets of its own. */
export const guessPolicies = {
  password: { freeGuesses: 10, firstWaitSeconds: 30, waitMaxSeconds: 3_600 },
  verification: codeGuesses,
  recovery: codeGuesses,
  sign_in: codeGuesses,
  contact_change: codeGuesses,
  second_factor: codeGuesses,
  totp: codeGuesses,
  factor_recovery: codeGuesses,
  // No one can guess one, but whoever tries must not do so without end (NIST SP 800-63B-4 §3.1.2.2).
  recovery_code: codeGuesses,
  // No one can guess a signature, so a wait protects little, and must not keep the owner out for long.
  passkey: { freeGuesses: 10, firstWaitSeconds: 30, waitMaxSeconds: 3_600 },
} as const satisfies Readonly<Record<string, GuessPolicy>>

export type Authenticator = keyof typeof guessPolicies

/** Second factors, which someone who has the password may guess at. A new password does not start their count again. */
export const secondFactors: readonly Authenticator[] = [
  'second_factor',
  'totp',
  'factor_recovery',
  'recovery_code',
  'passkey',
]

/**
 * How long the next guess must wait after this many wrong ones in a row. The wait doubles up to a maximum (NIST SP
 * 800-63B-4 §3.2.2). There is no permanent lock: anyone could use it to lock out the owner (ASVS 6.1.1).
 */
export function waitSeconds(policy: GuessPolicy, failures: number): number {
  if (failures < policy.freeGuesses) return 0
  return Math.min(policy.firstWaitSeconds * 2 ** (failures - policy.freeGuesses), policy.waitMaxSeconds)
}

/** Wrong guesses are deleted after this many days without another one. */
export const tallyDays = 30
/** A known client is deleted after this many days without a sign-in. */
export const knownClientDays = 180

/** The wrong guesses of one budget in a row, and when the next guess is allowed. */
export interface Tally {
  readonly failures: number
  readonly opensAt: Date
  /** How many guesses came too early. No rule depends on it: see `GuessBudgets.take`. */
  readonly refusals: number
  /** How many guesses of either kind were also counted for the identifier that a stranger typed. */
  readonly typed: number
}

/**
 * The target of a guess: an account, or an identifier that no account has. In parts, so that no two can be confused.
 */
export type GuessSubject = readonly string[]

export interface Guess<T> {
  readonly authenticator: Authenticator
  readonly subject: GuessSubject
  /**
   * What a stranger typed to name the subject, in its canonical form, whether or not an account has it. Null if the
   * caller is signed in.
   */
  readonly typed: GuessSubject | null
  readonly context: RequestContext
  /** The action that the guess is part of, as the audit trail names it. */
  readonly action: AuditAction
  readonly auditSubject: Pick<AuditSubject, 'accountId' | 'sessionId'>
  /**
   * Verifies the guess; null if it is wrong. It must call `count` first: at once, or when a queue admits the work. Then
   * a guess that the queue rejects is not counted. `count` says whether the guess was taken. If not, its result does not
   * matter: it came too early.
   */
  readonly verify: (count: () => Promise<boolean>) => Promise<T | null>
}

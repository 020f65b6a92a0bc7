import { hourMs } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import { type CodeBinding, type CodeContact, codeMinutes } from '../../authenticators/codes/model.ts'
import type { AuthenticationMethod } from '../../session-management/sessions/model.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import { methodOf } from '../sign-in-codes/model.ts'

export interface FactorRecoveryPolicy {
  /** How long the recovery must wait; 0 if it is not offered. It never happens at once. */
  readonly waitMs: number
}

/** After the wait, the recovery can be finished for that long. Then it must wait again. */
export const factorRecoveryOpenMs = 72 * hourMs

/** A recovery that has begun. */
export interface FactorRecoveryWait {
  /** When it can be finished. */
  readonly usableAt: Date
  /** True if that moment has come. */
  readonly isOver: boolean
}

export interface FactorRecoveryState {
  readonly usableAt: Date
  /** The contact to which a code was sent; null while the recovery waits. */
  readonly sentTo: Contact['kind'] | null
}

export const messageFacts = { codeMinutes }

/** An account has one recovery at a time. */
export function waitOf(accountId: AccountId) {
  return { purpose: 'factor_recovery_wait', holder: guessSubjectOf(accountId), flow: null } as const
}

/** The code belongs to the sign-in that asked for it (A83). */
export function codeOf(accountId: AccountId, challengeId: string): CodeBinding {
  return { purpose: 'factor_recovery', holder: guessSubjectOf(accountId), flow: challengeId }
}

/**
 * All contacts that must learn of the recovery, as one. With another list of contacts, the recovery is no longer the same:
 * someone could otherwise let it begin, and be the only one who is asked in the end (I5).
 */
export function together(contacts: readonly Contact[]): CodeContact {
  const all = contacts.map(({ kind, canonical }) => [kind, canonical])
  return { kind: 'email', canonical: JSON.stringify(all) }
}

/**
 * The contact to which the code goes: one that has not proved the first factor already, if there is another. Among several,
 * the phone: someone who reads the mailbox may have got the password by it, and must not get past the second factor with
 * nothing else.
 */
export function chooseContact(
  contacts: readonly Contact[],
  methods: readonly AuthenticationMethod[],
): Contact | undefined {
  const others = contacts.filter(({ kind }) => !methods.includes(methodOf(kind)))
  const usable = others.length > 0 ? others : contacts
  return usable.find(({ kind }) => kind === 'phone_number') ?? usable[0]
}

export function recoveryClosed(): Failure {
  return new Failure(forbidden, {
    detail:
      'This server does not offer the recovery of a second factor (PROXIMA_FACTOR_RECOVERY_HOURS). Use a recovery code, or ask its administrator for help.',
  })
}

export function noContact(): Failure {
  return new Failure(forbidden, {
    detail:
      'The account has no confirmed email address or phone number to which the server could send a notice. Use a recovery code, or ask an administrator for help.',
  })
}

export function deletedAccount(): Failure {
  return new Failure(forbidden, {
    detail: 'The account is deleted. It can be restored only with a second factor, or by an administrator.',
  })
}

import type { Problem } from '../../../platform/kernel/failures.ts'

/**
 * In code points, after normalization. NIST SP 800-63B-4 §3.1.1.2 asks for at least 64. The rest is for passphrases.
 */
export const passwordLengthMax = 256

/** Which new passwords are accepted. An old API has rules of its own. */
export interface PasswordPolicy {
  readonly lengthMin: number
  readonly acceptsCommon: boolean
}

/** The reason to refuse a new password: a stable code, and advice for the user. */
export interface PasswordWeakness {
  readonly code: 'too_long' | 'ill_formed' | 'too_short' | 'common' | 'contains_context' | 'repetitive'
  readonly detail: string
}

export const passwordTooWeak: Problem = {
  code: 'password_too_weak',
  kind: 'invalid',
  title: 'Password too weak',
  advice:
    'Choose a password of several words that have nothing to do with you, or let a password manager make one.',
  cause: 'The password is too short, too common, or contains the identifiers of the account.',
}

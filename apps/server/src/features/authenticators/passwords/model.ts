import type { Problem } from '../../../platform/kernel/failures.ts'

/** In code points, normalized. NIST SP 800-63B-4 §3.1.1.2 asks for at least 64; the rest is for passphrases. */
export const passwordLengthMax = 256

/** Why a new password is refused: a stable code, and what to do about it. */
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
}

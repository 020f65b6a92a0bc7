import type { AccountId, SessionId } from '../../platform/kernel/ids.ts'

export type AuditAction = 'registration' | 'sign_in' | 'suspension' | 'activation' | 'deletion'

/** Who did what, when, from where, and how it ended. Never a secret, and nothing that somebody typed. */
export interface AuditEvent {
  readonly action: AuditAction
  readonly outcome: 'success' | 'failure'
  /** Null where nobody's account was meant. */
  readonly accountId: AccountId | null
  readonly sessionId: SessionId | null
  /** `password`, `user_secret`, or how else; null where there is no such thing. */
  readonly method: string | null
  readonly ipAddress: string | null
}

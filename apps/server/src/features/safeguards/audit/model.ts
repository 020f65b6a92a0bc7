import type { AccountId, AuditEventId, SessionId } from '../../../platform/kernel/ids.ts'

export type AuditAction =
  | 'registration'
  | 'sign_in'
  | 'sign_out'
  | 'reauthentication'
  | 'session_end'
  | 'other_sessions_end'
  | 'refresh_reuse'
  | 'password_rehash'
  | 'password_change'
  | 'secret_renewal'
  | 'username_change'
  | 'suspension'
  | 'activation'
  | 'deletion'
  | 'picture_change'
  | 'picture_deletion'
  | 'restoration'
  | 'erasure'
  | 'export'
  | 'key_rotation'
  | 'key_retirement'
  | 'secret_rotation'

/** `limited`: not judged, since too many had failed. `repeated`: done before, and its answer given once more. */
export type AuditOutcome = 'success' | 'failure' | 'limited' | 'repeated'

/** Who did what, when, from where, and how it ended. Never a secret, and nothing that somebody typed. */
export interface AuditEvent {
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  /** Null where nobody's account was meant. */
  readonly accountId: AccountId | null
  readonly sessionId: SessionId | null
  /** `password`, `user_secret`, or how else; null where there is no such thing. */
  readonly method: string | null
  /** Null where it came from no network: from the command line, or from the server itself. */
  readonly ipAddress: string | null
}

/** One that is kept. */
export interface RecordedEvent extends AuditEvent {
  readonly id: AuditEventId
  readonly at: Date
}

/** Whom or what an event is about. What is left out is null. */
export type AuditSubject = Partial<Pick<AuditEvent, 'accountId' | 'sessionId' | 'method'>>

import { minuteMs } from '../../../platform/kernel/durations.ts'
import type { AccountId, AuditEventId, SessionId } from '../../../platform/kernel/ids.ts'

export type AuditAction =
  | 'registration'
  | 'service_account_creation'
  | 'sign_in'
  | 'sign_out'
  | 'reauthentication'
  | 'session_end'
  | 'other_sessions_end'
  | 'all_sessions_end'
  | 'session_expiry'
  | 'session_displacement'
  | 'refresh_reuse'
  | 'password_rehash'
  | 'password_change'
  | 'secret_renewal'
  | 'username_change'
  | 'verification_request'
  | 'verification'
  | 'contact_change_request'
  | 'contact_change'
  | 'contact_change_undo'
  | 'recovery_request'
  | 'recovery_verification'
  | 'recovery'
  | 'recovery_cancellation'
  | 'role_change'
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

/** `limited`: refused after too many failures, right or wrong. `repeated`: an earlier answer was sent again. */
export type AuditOutcome = 'success' | 'failure' | 'limited' | 'repeated'

/** An action, its account and client, and its outcome. It never contains a secret, or text that someone typed. */
export interface AuditEvent {
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  /** Null if the event concerns no account. */
  readonly accountId: AccountId | null
  readonly sessionId: SessionId | null
  /** The authentication methods, separated by spaces; null if there are none. */
  readonly method: string | null
  /** Null for the command line, for the server itself, and for refusals that are stored as one row. */
  readonly ipAddress: string | null
}

/** A stored event. */
export interface RecordedEvent extends AuditEvent {
  readonly id: AuditEventId
  readonly at: Date
  /** More than one for refusals that are stored as one row. */
  readonly occurrences: number
}

/** The account, the session and the method that an event is about. An absent field is null. */
export type AuditSubject = Partial<Pick<AuditEvent, 'accountId' | 'sessionId' | 'method'>>

/**
 * How many refusals of strangers are stored in an hour: for each client, for each network and for all together. More
 * than a person, a campus and a large service cause. All further ones are stored as sums (I13).
 */
export const refusalsOfClient = { name: 'audit-refusals', quota: 60, windowSeconds: 3_600 }
export const refusalsOfNetwork = { name: 'audit-refusals-network', quota: 300, windowSeconds: 3_600 }
export const refusalsOfAll = { name: 'audit-refusals-all', quota: 5_000, windowSeconds: 3_600 }

/** How often the sums are stored. */
export const sumsIntervalMs = 10 * minuteMs
/** For how many accounts a server keeps a sum. Refusals that concern further ones are counted without the account. */
export const sumsMax = 1_000

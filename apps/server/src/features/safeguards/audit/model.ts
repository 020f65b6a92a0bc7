import { minuteMs } from '../../../platform/kernel/durations.ts'
import type { AccountId, AuditEventId, SessionId } from '../../../platform/kernel/ids.ts'

export const auditActions = [
  'registration',
  'import',
  'service_account_creation',
  'service_account_change',
  'sign_in',
  'sign_in_code_request',
  'second_factor_code_request',
  'sign_in_anomaly',
  'sign_in_report',
  'client_sign_in',
  'application_sign_in',
  'client_creation',
  'client_change',
  'client_deletion',
  'client_secret_creation',
  'client_secret_deletion',
  'token_revocation',
  'sign_out',
  'reauthentication',
  'session_end',
  'other_sessions_end',
  'all_sessions_end',
  'session_expiry',
  'session_displacement',
  'refresh_reuse',
  'password_rehash',
  'password_change',
  'secret_renewal',
  'username_change',
  'device_trust',
  'device_trust_end',
  'factor_addition',
  'factor_change',
  'factor_removal',
  'factor_reset',
  'factor_recovery_request',
  'factor_recovery',
  'factor_recovery_cancellation',
  'recovery_codes_renewal',
  'consent_grant',
  'consent_revocation',
  'linked_account_addition',
  'linked_account_removal',
  'api_key_creation',
  'api_key_rotation',
  'api_key_change',
  'api_key_revocation',
  'api_key_expiry',
  'api_key_use',
  'verification_request',
  'verification',
  'contact_change_request',
  'contact_change',
  'contact_change_undo',
  'contact_change_cancellation',
  'recovery_request',
  'recovery_verification',
  'recovery',
  'recovery_cancellation',
  'role_assignment',
  'role_creation',
  'role_change',
  'role_deletion',
  'suspension',
  'activation',
  'deletion',
  'picture_change',
  'picture_deletion',
  'restoration',
  'erasure',
  'export',
  'invitation',
  'invitation_acceptance',
  'user_change',
  'user_export',
  'user_job',
  'merge',
  'key_rotation',
  'key_retirement',
  'secret_rotation',
  'webhook_creation',
  'webhook_change',
  'webhook_deletion',
  'webhook_secret_rotation',
  'webhook_replay',
  'message_retry',
  'impersonation_start',
  'impersonation_end',
  'request_refusal',
] as const
export type AuditAction = (typeof auditActions)[number]

/** `limited`: refused after too many failures, right or wrong. `repeated`: an earlier answer was sent again. */
export const auditOutcomes = ['success', 'failure', 'limited', 'repeated'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

/** The values of fields, as JSON. */
export type Values = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/**
 * The fields that an act has changed, and only these. Never a secret, and no value that is sealed where it is stored: of
 * such a field, the trail only says that it was changed (see `hidden`).
 */
export interface Changes {
  readonly before: Values
  readonly after: Values
}

/**
 * The fields that differ, and only these. A field of one side alone was added or removed.
 * @param before null for something new
 * @param after null for something that is deleted
 */
export function changesBetween(before: Values | null, after: Values | null): Changes {
  return { before: differing(before ?? {}, after ?? {}), after: differing(after ?? {}, before ?? {}) }
}

function differing(values: Values, others: Values): Values {
  const isChanged = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(others[name])
  return Object.fromEntries(Object.entries(values).filter(isChanged))
}

/** Stands in `Changes` for a value that the trail must not show, or that is too long for it. */
export const hidden = '(hidden)'
/** In characters of JSON. */
export const changesLengthMax = 8_000

/** An action, its account and client, and its outcome. It never contains a secret, or text that a stranger typed. */
export interface AuditEvent {
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  /** The account that the event is about; null if it concerns none. */
  readonly accountId: AccountId | null
  /** The caller; null for the command line, for the server itself, and for callers who are not signed in. */
  readonly actorId: AccountId | null
  /** The session or the key with which the actor called. */
  readonly credentialId: string | null
  /** What else it is about: a kind and a name, such as `role:support`. Never a person. */
  readonly target: string | null
  /** The session that the event is about; null if it concerns none. */
  readonly sessionId: SessionId | null
  /** The authentication methods, separated by spaces; null if there are none. */
  readonly method: string | null
  /** The limit, the check or the policy that refused it, as a code; null if it was not refused. */
  readonly reason: string | null
  readonly requestId: string | null
  /** Null for the command line, for the server itself, and for refusals that are stored as one row. */
  readonly ipAddress: string | null
  /** In words, such as "Firefox on Linux", as far as it is known. */
  readonly device: string | null
  /** Null if nothing changed. */
  readonly changes: Changes | null
}

/** A stored event. */
export interface RecordedEvent extends AuditEvent {
  readonly id: AuditEventId
  readonly at: Date
  /** More than one for refusals that are stored as one row. */
  readonly occurrences: number
  /** The block of the chain that seals it; null for about a second. */
  readonly block: number | null
}

/** Which events to list. A field that is null does not matter. */
export interface EventFilter {
  readonly accountId: AccountId | null
  readonly actorId: AccountId | null
  readonly action: AuditAction | null
  readonly outcome: AuditOutcome | null
  readonly reason: string | null
  readonly ipAddress: string | null
  readonly requestId: string | null
  /** At this time or later. */
  readonly from: Date | null
  /** Before this time. */
  readonly to: Date | null
}

/** Which events of one account to list. A field that is null does not matter. */
export interface OwnEventFilter extends Pick<EventFilter, 'from' | 'to'> {
  readonly actions: readonly AuditAction[] | null
}

/** What an event is about, beside its context. An absent field is null. */
export type AuditSubject = Partial<
  Pick<AuditEvent, 'accountId' | 'sessionId' | 'method' | 'target' | 'reason' | 'changes'>
>

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

/** The fields of something. The trail shows the values of some, and of the others only that they changed. */
export interface Fields {
  readonly shown: Values
  readonly hidden: Values
}

/** The fields that differ. */
export function changesOf(before: Fields, after: Fields): Changes {
  const shown = changesBetween(before.shown, after.shown)
  const names = Object.keys(changesBetween(before.hidden, after.hidden).after)
  const masked = Object.fromEntries(names.map((name) => [name, hidden]))
  return { before: { ...shown.before, ...masked }, after: { ...shown.after, ...masked } }
}

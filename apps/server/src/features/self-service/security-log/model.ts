import { type AuditAction, auditActions } from '../../safeguards/audit/model.ts'

/** What owners filter their log by. */
export const logKinds = ['sign_ins', 'credentials', 'contacts', 'keys', 'account'] as const
export type LogKind = (typeof logKinds)[number]

/**
 * The kind of each action; null for one that is only in the whole log, under its name. A new action does not compile until
 * someone has decided.
 */
const kindOf = {
  registration: 'account',
  import: 'account',
  service_account_creation: null,
  service_account_change: null,
  sign_in: 'sign_ins',
  sign_in_code_request: 'sign_ins',
  second_factor_code_request: 'sign_ins',
  sign_in_anomaly: null,
  client_sign_in: null,
  application_sign_in: 'sign_ins',
  client_creation: null,
  client_change: null,
  client_deletion: null,
  client_secret_creation: null,
  client_secret_deletion: null,
  token_revocation: null,
  sign_out: 'sign_ins',
  reauthentication: 'sign_ins',
  session_end: 'sign_ins',
  other_sessions_end: 'sign_ins',
  all_sessions_end: 'sign_ins',
  session_expiry: 'sign_ins',
  session_displacement: 'sign_ins',
  refresh_reuse: 'sign_ins',
  password_rehash: null,
  password_change: 'credentials',
  secret_renewal: 'credentials',
  username_change: 'credentials',
  device_trust: 'credentials',
  device_trust_end: 'credentials',
  factor_addition: 'credentials',
  factor_change: 'credentials',
  factor_removal: 'credentials',
  sign_in_report: 'credentials',
  factor_reset: 'credentials',
  factor_recovery_request: 'credentials',
  factor_recovery: 'credentials',
  factor_recovery_cancellation: 'credentials',
  recovery_codes_renewal: 'credentials',
  consent_grant: 'account',
  consent_revocation: 'account',
  linked_account_addition: 'credentials',
  linked_account_removal: 'credentials',
  api_key_creation: 'keys',
  api_key_rotation: 'keys',
  api_key_change: 'keys',
  api_key_revocation: 'keys',
  api_key_expiry: 'keys',
  api_key_use: 'keys',
  verification_request: 'contacts',
  verification: 'contacts',
  contact_change_request: 'contacts',
  contact_change: 'contacts',
  contact_change_undo: 'contacts',
  contact_change_cancellation: 'contacts',
  recovery_request: 'credentials',
  recovery_verification: 'credentials',
  recovery: 'credentials',
  recovery_cancellation: 'credentials',
  role_assignment: 'account',
  role_creation: null,
  role_change: null,
  role_deletion: null,
  suspension: 'account',
  activation: 'account',
  deletion: 'account',
  picture_change: 'account',
  picture_deletion: 'account',
  restoration: 'sign_ins',
  erasure: null,
  export: 'account',
  invitation: 'account',
  invitation_acceptance: 'account',
  user_change: 'account',
  user_export: null,
  user_job: null,
  merge: 'account',
  key_rotation: null,
  key_retirement: null,
  secret_rotation: null,
  webhook_creation: null,
  webhook_change: null,
  webhook_deletion: null,
  webhook_secret_rotation: null,
  webhook_replay: null,
  message_retry: null,
  impersonation_start: 'sign_ins',
  impersonation_end: 'sign_ins',
  request_refusal: null,
} as const satisfies Readonly<Record<AuditAction, LogKind | null>>

/** An action for which the log has words. */
export type LoggedAction = {
  [Action in AuditAction]: (typeof kindOf)[Action] extends null ? never : Action
}[AuditAction]

/** The trail may have actions of an older version, too. */
export function isLogged(action: string): action is LoggedAction {
  const kinds: Readonly<Record<string, LogKind | null | undefined>> = kindOf
  return Object.hasOwn(kinds, action) && kinds[action] !== null
}

export function actionsOf(kind: LogKind): readonly AuditAction[] {
  return auditActions.filter((action) => kindOf[action] === kind)
}

/** A part of the log. A field that is null does not matter. */
export interface LogFilter {
  readonly kind: LogKind | null
  /** At this time or later. */
  readonly from: Date | null
  /** Before this time. */
  readonly to: Date | null
}

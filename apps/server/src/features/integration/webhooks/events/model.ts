import type { AccountId, AuditEventId, SessionId } from '../../../../platform/kernel/ids.ts'
import type { AuditAction, AuditOutcome } from '../../../safeguards/audit/model.ts'

/** What a service can be notified of, in the order of the documentation. */
export const eventTypes = [
  'user.created',
  'user.changed',
  'user.verified',
  'user.password_changed',
  'user.factors_changed',
  'user.roles_changed',
  'user.suspended',
  'user.activated',
  'user.deleted',
  'user.restored',
  'user.erased',
  'user.signed_in',
  'session.ended',
] as const

export type EventType = (typeof eventTypes)[number]

/** The type of a message that only tests whether messages arrive. */
export const pingType = 'ping'

/** An event of the audit trail, as far as it is read here. */
export interface TrailEvent {
  readonly id: AuditEventId
  /** Never null in the pages of the trail. */
  readonly block: number | null
  readonly at: Date
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  readonly accountId: AccountId | null
  readonly actorId: AccountId | null
  readonly sessionId: SessionId | null
  readonly method: string | null
  readonly changes: { readonly after: object } | null
}

/**
 * An event that is sent. It says what happened to whom, and no more: a receiver that needs to know more asks the API, so
 * that it reads only what it may, and never an outdated value.
 */
export interface WebhookEvent {
  readonly id: AuditEventId
  /** Its place in the audit trail; events of one block are in the order of their ids. */
  readonly block: number
  readonly type: EventType
  readonly at: Date
  readonly accountId: AccountId
  /** The account of the caller; null for the command line and for the server itself. */
  readonly actorId: AccountId | null
  readonly sessionId: SessionId | null
  /** The names of the fields that changed. */
  readonly changed: readonly string[]
}

interface Rule {
  readonly type: EventType
  /** What changes, if the event does not say so: names, or `method` for the contact or the factor that the event names. */
  readonly changed?: readonly string[] | 'method'
  /** Success, unless the refusal itself is the event. */
  readonly outcome?: AuditOutcome
}

/** The events of the audit trail that are sent. A test lists all others. */
const rules: Partial<Record<AuditAction, Rule>> = {
  registration: { type: 'user.created' },
  username_change: { type: 'user.changed', changed: ['username'] },
  contact_change: { type: 'user.changed', changed: 'method' },
  contact_change_undo: { type: 'user.changed', changed: 'method' },
  user_change: { type: 'user.changed' },
  factor_addition: { type: 'user.factors_changed', changed: 'method' },
  factor_removal: { type: 'user.factors_changed', changed: 'method' },
  factor_recovery: { type: 'user.factors_changed', changed: 'method' },
  factor_reset: { type: 'user.factors_changed', changed: 'method' },
  recovery_codes_renewal: { type: 'user.factors_changed', changed: 'method' },
  linked_account_addition: { type: 'user.changed', changed: ['linked_accounts'] },
  linked_account_removal: { type: 'user.changed', changed: ['linked_accounts'] },
  merge: { type: 'user.changed' },
  picture_change: { type: 'user.changed', changed: ['image'] },
  picture_deletion: { type: 'user.changed', changed: ['image'] },
  verification: { type: 'user.verified', changed: 'method' },
  invitation_acceptance: { type: 'user.verified', changed: 'method' },
  password_change: { type: 'user.password_changed' },
  recovery: { type: 'user.password_changed' },
  role_assignment: { type: 'user.roles_changed' },
  suspension: { type: 'user.suspended' },
  activation: { type: 'user.activated' },
  deletion: { type: 'user.deleted' },
  restoration: { type: 'user.restored' },
  sign_in: { type: 'user.signed_in' },
  sign_out: { type: 'session.ended' },
  session_end: { type: 'session.ended' },
  other_sessions_end: { type: 'session.ended' },
  all_sessions_end: { type: 'session.ended' },
  session_expiry: { type: 'session.ended' },
  session_displacement: { type: 'session.ended' },
  token_revocation: { type: 'session.ended' },
  // The token is refused, and its session ends.
  refresh_reuse: { type: 'session.ended', outcome: 'failure' },
}

/** The names in one event. More than an account has fields. */
const changedMax = 30

/** @returns null if no service is notified of such an event */
export function webhookEventOf(event: TrailEvent): WebhookEvent | null {
  const { id, at, accountId, actorId, sessionId } = event
  const rule = rules[event.action]
  if (rule === undefined || accountId === null) return null
  if (event.outcome !== (rule.outcome ?? 'success')) return null
  const changed = changedBy(event, rule).slice(0, changedMax)
  const block = event.block ?? 0
  return { id, block, type: rule.type, at, accountId, actorId, sessionId, changed }
}

function changedBy({ changes, method }: TrailEvent, { changed = [] }: Rule): readonly string[] {
  if (changed !== 'method') return changed.length > 0 ? changed : Object.keys(changes?.after ?? {})
  return method === null ? [] : [method]
}

/** Later than every block: nothing follows the erasure of an account. */
export const lastBlock = Number.MAX_SAFE_INTEGER

/** By their place in the audit trail. */
export function inOrder<Event extends Pick<WebhookEvent, 'block' | 'id'>>(events: readonly Event[]): Event[] {
  return [...events].sort((a, b) => a.block - b.block || (a.id < b.id ? -1 : 1))
}

/** The body of a message in the form of Standard Webhooks, as JSON. It is stored, so that each attempt sends the same. */
export function bodyOf({ id, type, at, accountId, actorId, sessionId, changed }: WebhookEvent): string {
  const data = { user_id: accountId, actor_id: actorId, session_id: sessionId, changed }
  return JSON.stringify({ id, type, timestamp: at.toISOString(), data })
}

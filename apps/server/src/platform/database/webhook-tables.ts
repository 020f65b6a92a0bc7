import type { AccountId, AuditEventId, WebhookId } from '../kernel/ids.ts'

/** The addresses of other services to which events are sent. */
export interface WebhookEndpointsTable {
  id: WebhookId
  url: string
  description: string | null
  /** The types of events that it gets, separated by spaces. */
  event_types: string
  /** `gone`: the receiver said so. `failed`: it has failed for a day. `deleted`: the row stays until the purge has deleted its deliveries. */
  state: 'enabled' | 'disabled' | 'gone' | 'failed' | 'deleted'
  /** The last block of the audit trail of which it owes, or has sent, the events. */
  cursor_block: number
  secret_sealed: string
  /** The secret before; null if there is none. */
  previous_secret_sealed: string | null
  /** Until then, the previous secret signs too. */
  previous_secret_until: number | null
  created_at: number
  updated_at: number
}

/**
 * An event that one endpoint gets. The deliveries of one endpoint and one person form a line: only the first that waits
 * has a time. It outlives the account, because the last delivery tells of the erasure.
 */
export interface WebhookDeliveriesTable {
  endpoint_id: WebhookId
  /** The id of the event in the audit trail. The same at each attempt. */
  event_id: AuditEventId
  /** The person that the event is about. */
  account_id: AccountId
  /** The block of the event in the audit trail, which decides the order. */
  block: number
  type: string
  /** JSON, exactly as it is sent. It names no one but by ids. */
  body: string
  occurred_at: number
  owed_at: number
  state: 'waiting' | 'delivered' | 'dead'
  /** When the next attempt is due, or when the claim of the server that is trying now ends. */
  due_at: number | null
  attempts: number
  /** 1 if another delivery waits for this one; 0 for the last of its line. */
  is_followed: 0 | 1
  /** Why the last attempt failed, as a code. */
  error: string | null
  finished_at: number | null
}

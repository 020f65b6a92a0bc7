import type { AccountId, AuditEventId, WebhookId } from '../../../../platform/kernel/ids.ts'
import type { StopReason } from '../endpoints/model.ts'
import { bodyOf, type EventType, type WebhookEvent } from '../events/model.ts'

/** `dead`: given up after a day. Someone may send it again. */
export type DeliveryState = 'waiting' | 'delivered' | 'dead'

/** An event that an endpoint gets, or has got, as operators see it. */
export interface Delivery {
  readonly eventId: AuditEventId
  readonly type: EventType
  readonly accountId: AccountId
  readonly occurredAt: Date
  readonly state: DeliveryState
  readonly attempts: number
  readonly error: string | null
  /** Null if it is finished, or waits for an earlier one about the same person. */
  readonly dueAt: Date | null
  readonly finishedAt: Date | null
}

/** An event as an endpoint gets it. */
export interface OwedEvent extends Pick<WebhookEvent, 'id' | 'block' | 'type' | 'accountId' | 'at'> {
  /** JSON, exactly as it is sent. */
  readonly body: string
}

export function owedEventOf(event: WebhookEvent): OwedEvent {
  return { ...event, body: bodyOf(event) }
}

/** A delivery whose next attempt is due. */
export interface DueDelivery {
  readonly endpointId: WebhookId
  readonly eventId: AuditEventId
  readonly accountId: AccountId
  readonly body: string
  readonly owedAt: Date
  readonly dueAt: Date
  /** How many there were before. */
  readonly attempts: number
}

/** The outcome of one attempt. It names no person. */
export interface Attempt {
  readonly endpointId: WebhookId
  readonly eventId: AuditEventId
  readonly attempts: number
  readonly outcome: 'delivered' | 'failed' | 'dead'
  /** Why nothing more is sent to the endpoint; null if this attempt has not stopped it. */
  readonly stopped: StopReason | null
  /** Such as `http 500`, `timeout` or `address_refused`; null if it was delivered. */
  readonly error: string | null
}

/** What to send again: all that happened since a time, or what was given up, or one event of that. */
export type Replay = { readonly since: Date } | { readonly eventId: AuditEventId | null }

export interface ReplayResult {
  /** How many deliveries wait again; null if they are still read from the audit trail. */
  readonly replayed: number | null
  /** True if more were given up than one call replays. */
  readonly isMore: boolean
}

/** A whole attempt: the look-up, the connection, and the answer. */
export const attemptMaxMs = 15_000
/** Longer than any attempt takes. After that, the server that claimed the delivery must have stopped. */
export const leaseSeconds = 45

/** Simultaneous attempts of one server: a slow receiver must not delay the others. */
export const attemptsOfEndpoint = 8
export const attemptsOfServer = 64

/** How long finished deliveries are listed. Those that were given up are kept longer, so that they can be sent again. */
export const deliveredDays = 7
export const deadDays = 30

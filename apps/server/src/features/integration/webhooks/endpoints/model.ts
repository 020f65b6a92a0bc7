import { daySeconds } from '../../../../platform/kernel/durations.ts'
import type { Problem } from '../../../../platform/kernel/failures.ts'
import type { WebhookId } from '../../../../platform/kernel/ids.ts'
import type { EventType } from '../events/model.ts'

/** Why the server itself stops to send: the receiver answered 410, or it has accepted nothing for a whole day. */
export type StopReason = 'gone' | 'failed'

/** Unless it is `enabled`, nothing is sent until someone enables the endpoint again. */
export type EndpointState = 'enabled' | 'disabled' | StopReason

/** An address of another service to which events are sent. */
export interface Endpoint {
  readonly id: WebhookId
  readonly url: string
  readonly description: string | null
  readonly eventTypes: readonly EventType[]
  readonly state: EndpointState
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Its secrets, sealed. */
export interface SealedSecrets {
  readonly current: string
  readonly previous: string | null
  /** Until then, the previous secret signs too. */
  readonly previousUntil: Date | null
}

/** An endpoint with all that its deliveries need. */
export interface StoredEndpoint extends Endpoint {
  readonly cursorBlock: number
  readonly secrets: SealedSecrets
}

export type EndpointSettings = Pick<Endpoint, 'url' | 'description' | 'eventTypes'>

/** What waits for the receiver, and what was given up. */
export interface Backlog {
  readonly waiting: number
  readonly dead: number
}

export interface ListedEndpoint {
  readonly endpoint: Endpoint
  readonly backlog: Backlog
}

export interface SettingsChange extends Partial<EndpointSettings> {
  readonly state?: 'enabled' | 'disabled'
}

/** Each endpoint costs a request for each event, so their number has a bound. */
export const endpointsMax = 50

/** How long the previous secret may sign, so that receivers have time to change theirs. */
export const overlapMaxSeconds = 7 * daySeconds
export const overlapDefaultSeconds = daySeconds

export const tooManyWebhooks: Problem = {
  code: 'too_many_webhooks',
  kind: 'conflict',
  title: 'Too many webhooks',
  advice: `There are already ${endpointsMax} webhooks. Delete one that is no longer needed.`,
  cause: `The server has at most ${endpointsMax} webhooks, because it sends each event to each of them.`,
}

/** How the audit trail names a webhook. */
export function targetOf(id: WebhookId): string {
  return `webhook:${id}`
}

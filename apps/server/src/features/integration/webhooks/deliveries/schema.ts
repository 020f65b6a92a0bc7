import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../../platform/http/fields.ts'
import { PageQuery } from '../../../../platform/http/paging.ts'
import type { AuditEventId } from '../../../../platform/kernel/ids.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import { eventTypes } from '../events/model.ts'
import { type Delivery, deadDays, deliveredDays, type Replay, type ReplayResult } from './model.ts'

const exampleDelivery = {
  event_id: exampleId,
  type: 'user.created' as const,
  user_id: exampleId,
  occurred_at: exampleTime,
  status: 'waiting' as const,
  attempts: 2,
  error: 'http 503',
  next_attempt_at: '2026-11-21T09:31:00.000Z',
  finished_at: null,
}

const states = ['waiting', 'delivered', 'dead'] as const

export const DeliveryView = Type.Object(
  {
    event_id: Uuid('The id of the event, which is also the `webhook-id` of each attempt'),
    type: Type.Enum([...eventTypes], { description: 'What happened' }),
    user_id: Uuid('The user that the event is about'),
    occurred_at: Time('When it happened'),
    status: Type.Enum([...states], {
      description: `\`dead\`: given up after a day. It can be replayed for ${deadDays} days.`,
    }),
    attempts: Type.Integer({ description: 'How often it was tried' }),
    error: Text('Why the last attempt failed, such as `http 503`, `timeout` or `address_refused`'),
    next_attempt_at: Nullable(Type.String({ format: 'date-time' }), {
      description: 'Null if it is finished, or waits for an earlier event about the same user',
    }),
    finished_at: Nullable(Type.String({ format: 'date-time' }), {
      description: 'When it was delivered or given up',
    }),
  },
  { title: 'WebhookDelivery', description: 'An event that a webhook gets', examples: [exampleDelivery] },
)
export type DeliveryView = Static<typeof DeliveryView>

export const DeliveriesView = Page(DeliveryView, {
  title: 'WebhookDeliveryPage',
  description: `A page of deliveries, newest event first. Delivered ones are listed for ${deliveredDays} days.`,
  examples: [{ data: [exampleDelivery], next_cursor: null }],
})

export const DeliveriesQuery = Type.Object(
  {
    ...PageQuery.properties,
    status: Type.Optional(Type.Enum([...states], { description: 'Only deliveries with this status' })),
  },
  { additionalProperties: false },
)

export const PingView = Type.Object(
  {
    delivered: Type.Boolean({ description: 'True if the receiver accepted the message' }),
    error: Text('Why it was not delivered, such as `http 404`, `timeout`, `tls_failed` or `address_refused`'),
  },
  {
    title: 'WebhookPing',
    description: 'The result of one attempt',
    examples: [{ delivered: true, error: null }],
  },
)

export const ReplayBody = Type.Object(
  {
    since: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Send everything again that happened since then, as far as the audit trail goes back',
      }),
    ),
    event_id: Type.Optional(
      Type.String({ format: 'uuid', description: 'Send only this event again, which was given up' }),
    ),
  },
  {
    title: 'WebhookReplayBody',
    additionalProperties: false,
    description: 'One of the fields, or none to send everything again that was given up',
    examples: [{ since: exampleTime }, {}],
  },
)
export type ReplayBody = Static<typeof ReplayBody>

export const ReplayView = Type.Object(
  {
    replayed: Nullable(Type.Integer(), {
      description: 'How many deliveries are sent now; null if they are still read from the audit trail',
    }),
    more: Type.Boolean({ description: 'True if more were given up. Repeat the call to replay them too.' }),
  },
  {
    title: 'WebhookReplay',
    description: 'What is sent again, with the ids that the events had',
    examples: [{ replayed: 12, more: false }],
  },
)

/** @throws `validation_failed` */
export function toReplay({ since, event_id: eventId }: ReplayBody): Replay {
  if (since === undefined) return { eventId: (eventId ?? null) as AuditEventId | null }
  const at = new Date(since)
  if (eventId !== undefined || Number.isNaN(at.getTime()))
    throw invalidFields({
      pointer: '/since',
      code: 'one_field',
      detail: 'Give a time such as "2026-11-21T09:30:00Z", or an event_id, and not both.',
    })
  return { since: at }
}

export function deliveryView(delivery: Delivery): DeliveryView {
  return {
    event_id: delivery.eventId,
    type: delivery.type,
    user_id: delivery.accountId,
    occurred_at: delivery.occurredAt.toISOString(),
    status: delivery.state,
    attempts: delivery.attempts,
    error: delivery.error,
    next_attempt_at: delivery.dueAt?.toISOString() ?? null,
    finished_at: delivery.finishedAt?.toISOString() ?? null,
  }
}

export function replayView({ replayed, isMore }: ReplayResult) {
  return { replayed, more: isMore }
}

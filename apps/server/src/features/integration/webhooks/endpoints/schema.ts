import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../../platform/http/fields.ts'
import { eventTypes } from '../events/model.ts'
import {
  type EndpointSettings,
  endpointsMax,
  type ListedEndpoint,
  overlapDefaultSeconds,
  overlapMaxSeconds,
  type SettingsChange,
} from './model.ts'
import { descriptionLengthMax, urlLengthMax } from './settings.ts'

const EventTypes = Type.Array(Type.Enum([...eventTypes]), {
  description: 'The types of the events that are sent there',
})

const GivenEventTypes = Type.Array(Type.Enum([...eventTypes]), {
  minItems: 1,
  maxItems: eventTypes.length,
  uniqueItems: true,
  description: 'The types of the events to send; all of them by default',
})

const url = Type.String({
  maxLength: urlLengthMax,
  description: 'An https:// URL of the public internet, without user name and password',
})

const description = Nullable(Type.String({ maxLength: descriptionLengthMax }), {
  description: 'A note for people, such as the name of the receiver',
})

export const exampleSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazBqR+YC7mA='

const exampleSettings = {
  url: 'https://app.example.org/webhooks/proxima',
  description: 'Newsletter',
  event_types: ['user.created' as const, 'user.erased' as const],
}

export const exampleWebhook = {
  id: exampleId,
  ...exampleSettings,
  status: 'enabled' as const,
  waiting: 0,
  dead: 0,
  created_at: exampleTime,
  updated_at: exampleTime,
}

const fields = {
  id: Uuid('The id of the webhook'),
  url: Type.String({ description: 'Where events are sent' }),
  description: Text('A note for people'),
  event_types: EventTypes,
  status: Type.Enum(['enabled', 'disabled', 'gone', 'failed'], {
    description:
      '`gone`: the receiver answered 410. `failed`: it accepted nothing for a whole day. Nothing is sent until someone enables the webhook.',
  }),
  waiting: Type.Integer({ description: 'How many deliveries are not finished' }),
  dead: Type.Integer({ description: 'How many deliveries were given up, and can be replayed' }),
  created_at: Time('When the webhook was created'),
  updated_at: Time('When it last changed'),
}

export const WebhookView = Type.Object(fields, {
  title: 'Webhook',
  description: 'An address of another service to which events are sent',
  examples: [exampleWebhook],
})
export type WebhookView = Static<typeof WebhookView>

export const WebhooksView = Page(WebhookView, {
  title: 'WebhookPage',
  description: 'A page of webhooks, newest first',
  examples: [{ data: [exampleWebhook], next_cursor: null }],
})

const secret = Type.String({
  description: 'The secret that signs the events (Standard Webhooks). It is shown only once.',
})

export const NewWebhookView = Type.Object(
  { ...fields, secret },
  {
    title: 'NewWebhook',
    description: 'A webhook, and the secret with which its receiver checks what it gets',
    examples: [{ ...exampleWebhook, secret: exampleSecret }],
  },
)

export const WebhookSecretView = Type.Object(
  { secret },
  {
    title: 'WebhookSecret',
    description: 'The new secret of a webhook',
    examples: [{ secret: exampleSecret }],
  },
)

export const WebhookBody = Type.Object(
  {
    url,
    description: Type.Optional(description),
    event_types: Type.Optional(GivenEventTypes),
  },
  {
    title: 'WebhookBody',
    additionalProperties: false,
    description: `There can be ${endpointsMax} webhooks.`,
    examples: [exampleSettings],
  },
)
export type WebhookBody = Static<typeof WebhookBody>

export const PatchWebhookBody = Type.Object(
  {
    url: Type.Optional(url),
    description: Type.Optional(description),
    event_types: Type.Optional(GivenEventTypes),
    status: Type.Optional(
      Type.Enum(['enabled', 'disabled'], {
        description:
          '`disabled`: nothing is sent. When the webhook is enabled again, everything that happened meanwhile is sent.',
      }),
    ),
  },
  {
    title: 'PatchWebhookBody',
    additionalProperties: false,
    description: 'Changes only the fields that you send.',
    examples: [{ status: 'disabled' }],
  },
)
export type PatchWebhookBody = Static<typeof PatchWebhookBody>

export const WebhookSecretBody = Type.Object(
  {
    overlap_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: overlapMaxSeconds,
        description: `How long the secret before signs too, in seconds; ${overlapDefaultSeconds} by default. 0 if it may have leaked.`,
      }),
    ),
  },
  {
    title: 'WebhookSecretBody',
    additionalProperties: false,
    description: 'How long receivers may still use the secret before',
    examples: [{ overlap_seconds: overlapDefaultSeconds }],
  },
)
export type WebhookSecretBody = Static<typeof WebhookSecretBody>

export const WebhookParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the webhook', examples: [exampleId] }),
})

export function toSettings(body: WebhookBody): EndpointSettings {
  return {
    url: body.url,
    description: body.description ?? null,
    eventTypes: body.event_types ?? eventTypes,
  }
}

export function toChange(body: Partial<PatchWebhookBody>): SettingsChange {
  return {
    ...(body.url !== undefined && { url: body.url }),
    ...(body.description !== undefined && { description: body.description }),
    ...(body.event_types !== undefined && { eventTypes: body.event_types }),
    ...(body.status !== undefined && { state: body.status }),
  }
}

export function webhookView({ endpoint, backlog }: ListedEndpoint): WebhookView {
  return {
    id: endpoint.id,
    url: endpoint.url,
    description: endpoint.description,
    event_types: [...endpoint.eventTypes],
    status: endpoint.state,
    waiting: backlog.waiting,
    dead: backlog.dead,
    created_at: endpoint.createdAt.toISOString(),
    updated_at: endpoint.updatedAt.toISOString(),
  }
}

import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import {
  type ApiKey,
  type ApiKeyChanges,
  type ApiKeyInput,
  type IssuedApiKey,
  keyNameLengthMax,
  networksOfKeyMax,
  overlapSecondsDefault,
  overlapSecondsMax,
  permissionsOfKeyMax,
  type RotationInput,
} from './model.ts'

const name = Type.String({
  maxLength: keyNameLengthMax * 2,
  description: `Which program has the key, for people: at most ${keyNameLengthMax} characters`,
})
const permissions = Type.Array(Type.String({ maxLength: 64 }), {
  maxItems: permissionsOfKeyMax,
  description:
    'What the key allows, such as `users:read`. The account must have each of them. When the account loses one, the ' +
    'key loses it too. Without any, the key can only read `GET /v1/me`.',
})
const allowedNetworks = Type.Array(Type.String({ maxLength: 64 }), {
  maxItems: networksOfKeyMax,
  description:
    'The addresses and networks (CIDR) from which the key works, such as `192.0.2.7` or `2001:db8::/32`; if empty, ' +
    'it works from everywhere',
})
const expiresAt = Type.Optional(
  Type.String({
    format: 'date-time',
    description:
      'When the key ends. By default, after `PROXIMA_API_KEY_DAYS`; at most after `PROXIMA_API_KEY_DAYS_MAX`.',
  }),
)

const exampleKey = {
  id: exampleId,
  name: 'Nightly report',
  permissions: [],
  allowed_networks: ['192.0.2.0/24'],
  created_at: exampleTime,
  expires_at: '2027-02-19T09:30:00.000Z',
  last_used_at: null,
  replaced_by: null,
}

const fields = {
  id: Uuid('The id of the key'),
  name: Type.String({ description: 'Which program has the key, for people' }),
  permissions: Type.Array(Type.String(), { description: 'What the key allows, if its account may do it' }),
  allowed_networks: Type.Array(Type.String(), {
    description: 'Where the key works; if empty, everywhere',
  }),
  created_at: Time('When the key was made'),
  expires_at: Time('When the key ends'),
  last_used_at: Nullable(Time('When the key was last used, accurate to the minute; null if never')),
  replaced_by: Text('The id of the key that has taken its place by a rotation; null if none has'),
}

export const ApiKeyView = Type.Object(fields, {
  title: 'ApiKey',
  description: 'The key of a program, without its secret',
  examples: [exampleKey],
})
export type ApiKeyView = Static<typeof ApiKeyView>

export const ApiKeysView = Page(ApiKeyView, {
  title: 'ApiKeyPage',
  description: 'A page of API keys, newest first. Keys that have ended are not in it.',
  examples: [{ data: [exampleKey], next_cursor: null }],
})

export const IssuedApiKeyView = Type.Object(
  {
    ...fields,
    key: Type.String({ description: 'The secret. It is shown only once: the server does not keep it.' }),
  },
  {
    title: 'IssuedApiKey',
    description: 'A new key, with its secret',
    examples: [{ ...exampleKey, key: 'pxk_0000000000000000000000000000000T7w8G' }],
  },
)
export type IssuedApiKeyView = Static<typeof IssuedApiKeyView>

export const NewApiKeyBody = Type.Object(
  {
    name,
    permissions: Type.Optional(permissions),
    allowed_networks: Type.Optional(allowedNetworks),
    expires_at: expiresAt,
  },
  {
    title: 'NewApiKeyBody',
    description: 'A new API key',
    additionalProperties: false,
    examples: [{ name: 'Nightly report', allowed_networks: ['192.0.2.0/24'] }],
  },
)
type NewApiKeyBody = Static<typeof NewApiKeyBody>

export const ApiKeyPatchBody = Type.Object(
  {
    name: Type.Optional(name),
    permissions: Type.Optional(permissions),
    allowed_networks: Type.Optional(allowedNetworks),
  },
  {
    title: 'ApiKeyPatchBody',
    description: 'The fields that change; the others stay as they are',
    additionalProperties: false,
    examples: [{ name: 'Weekly report' }],
  },
)
type ApiKeyPatchBody = Static<typeof ApiKeyPatchBody>

export const RotationBody = Type.Object(
  {
    overlap_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: overlapSecondsMax,
        description: `How long the former key still works; ${overlapSecondsDefault} by default`,
      }),
    ),
    expires_at: expiresAt,
  },
  {
    title: 'RotationBody',
    description: 'How the new key takes the place of the former one',
    additionalProperties: false,
    examples: [{ overlap_seconds: 3_600 }],
  },
)
type RotationBody = Static<typeof RotationBody>

const keyId = Type.String({ maxLength: 100, description: 'The id of the key', examples: [exampleId] })
const serviceId = Type.String({
  maxLength: 100,
  description: 'The id of the service account',
  examples: [exampleId],
})

export const OwnKeyParams = Type.Object({ id: keyId })
export const ServiceKeysParams = Type.Object({ id: serviceId })
export const ServiceKeyParams = Type.Object({ id: serviceId, key_id: keyId })

export function apiKeyView(key: ApiKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    permissions: [...key.permissions],
    allowed_networks: [...key.allowedNetworks],
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    replaced_by: key.replacedBy,
  }
}

export function issuedApiKeyView({ apiKey, secret }: IssuedApiKey): IssuedApiKeyView {
  return { ...apiKeyView(apiKey), key: secret }
}

/** @throws `validation_failed` if the end is no real time */
export function toApiKeyInput(body: NewApiKeyBody): ApiKeyInput {
  return {
    name: body.name,
    permissions: body.permissions ?? [],
    allowedNetworks: body.allowed_networks ?? [],
    expiresAt: toTime(body.expires_at),
  }
}

export function toApiKeyChanges(body: ApiKeyPatchBody): ApiKeyChanges {
  const { name, permissions, allowed_networks: allowedNetworks } = body
  return {
    ...(name !== undefined && { name }),
    ...(permissions && { permissions }),
    ...(allowedNetworks && { allowedNetworks }),
  }
}

/** @throws `validation_failed` if the end is no real time */
export function toRotation(body: RotationBody): RotationInput {
  return {
    overlapSeconds: body.overlap_seconds ?? overlapSecondsDefault,
    expiresAt: toTime(body.expires_at),
  }
}

/** The schema accepts a leap second, which no Date has. */
function toTime(text: string | undefined): Date | null {
  if (text === undefined) return null
  const at = new Date(text)
  if (!Number.isNaN(at.getTime())) return at
  const detail = 'Give a time such as "2027-02-19T09:30:00Z" (RFC 3339).'
  throw invalidFields({ pointer: '/expires_at', code: 'invalid_format', detail })
}

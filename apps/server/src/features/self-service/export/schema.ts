import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import { ApiKeyView, apiKeyView } from '../../authenticators/api-keys/schema.ts'
import { FactorView, factorView } from '../../authenticators/factors/schema.ts'
import { LinkedAccountView, linkedAccountView } from '../../authenticators/linked-accounts/schema.ts'
import { MessageView, messageView } from '../../messages/schema.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import { ChangesView } from '../../safeguards/audit/schema.ts'
import { exampleSession, SessionView, sessionView } from '../../session-management/sessions/schema.ts'
import { exampleMe, MeView, meView } from '../../users/accounts/schema.ts'
import { ExternalIdView, externalIdView } from '../../users/external-ids/schema.ts'
import { exampleProfile, ProfileView, profileOptions, profileView } from '../../users/profiles/schema.ts'
import { ConsentView, consentView } from '../consents/schema.ts'
import { TrustedDeviceView, trustedDeviceView } from '../trusted-devices/schema.ts'
import type { Credentials, Export, Pages, Section } from './model.ts'

export const ExportQuery = Type.Object(
  {
    format: Type.Optional(
      Type.Enum(['json', 'zip'], {
        description: 'If absent, `Accept: application/zip` requests the archive, and anything else JSON',
      }),
    ),
  },
  { additionalProperties: false },
)

const CredentialView = (name: string) =>
  Nullable(
    Type.Object(
      { since: Time('When it was set') },
      { title: 'Credential', description: 'A credential of the account' },
    ),
    { description: `The ${name}; null if there is none` },
  )

const EventView = Type.Object(
  {
    id: Uuid('The id of the event'),
    action: Type.String({ description: 'What happened, such as `sign_in`' }),
    outcome: Type.String({ description: 'How it ended: `success`, `failure`, `limited` or `repeated`' }),
    method: Text('The authentication methods, separated by spaces; null if there are none'),
    reason: Text('Why it was refused, as a code; null if it was not'),
    session_id: Nullable(Uuid('The session of the event; null if there is none')),
    is_own: Type.Boolean({
      description:
        'False if someone else acted, such as an administrator. Then nothing is said of their device.',
    }),
    ip_address: Text('The address of the client; null if someone else acted, or if there are several'),
    device: Text('The device in words, as far as it is known'),
    request_id: Nullable(Uuid('The id of the request; null if there was none')),
    changes: Nullable(ChangesView),
    at: Time('When it happened'),
    occurrences: Type.Integer({ description: 'How often it happened: more than once for many refusals' }),
  },
  { title: 'AuditEvent', description: 'An event in the audit trail of the account' },
)

export const ExportView = Type.Object(
  {
    exported_at: Time('When the data was read'),
    account: MeView,
    phone_number_as_typed: Text(
      'The phone number as it was typed at the registration; null if there is none, or if it has changed since',
    ),
    profile: Type.Object(ProfileView.properties, profileOptions),
    external_ids: Type.Array(ExternalIdView, {
      description: 'The ids of the account in other systems, such as a former backend',
    }),
    credentials: Type.Object(
      { password: CredentialView('password'), user_secret: CredentialView('user secret') },
      {
        title: 'Credentials',
        description: 'When each credential was set; null if there is none. Never a secret or its hash.',
      },
    ),
    factors: Type.Array(FactorView, { description: 'The second factors, oldest first. Never a secret.' }),
    recovery_codes_left: Type.Integer({ description: 'How many recovery codes are not used yet' }),
    consents: Type.Array(ConsentView, { description: 'The clients that the caller has allowed something' }),
    linked_accounts: Type.Array(LinkedAccountView, {
      description: 'The accounts at other providers, oldest first',
    }),
    trusted_devices: Type.Array(TrustedDeviceView, {
      description: 'The trusted devices, newest first. Never a secret or its digest.',
    }),
    api_keys: Type.Array(ApiKeyView, {
      description: 'The API keys, newest first. Never a secret or its hash.',
    }),
    sessions: Type.Array(SessionView, { description: 'Newest first' }),
    messages: Type.Array(MessageView, { description: 'The messages that are still stored, newest first' }),
    events: Type.Array(EventView, { description: 'The audit trail of the account, oldest first' }),
  },
  { title: 'Export', description: 'All stored data about the caller' },
)

/** The document of an account that was just registered. */
export const exampleExport = {
  exported_at: exampleTime,
  account: exampleMe,
  phone_number_as_typed: null,
  profile: exampleProfile,
  external_ids: [],
  credentials: { password: { since: exampleTime }, user_secret: null },
  factors: [],
  recovery_codes_left: 0,
  consents: [],
  linked_accounts: [],
  trusted_devices: [],
  api_keys: [],
  sessions: [exampleSession],
  messages: [],
  events: [
    {
      id: exampleId,
      action: 'sign_in',
      outcome: 'success',
      method: 'pwd',
      reason: null,
      session_id: exampleId,
      is_own: true,
      ip_address: '192.0.2.17',
      device: 'Firefox on Linux',
      request_id: exampleId,
      changes: null,
      at: exampleTime,
      occurrences: 1,
    },
  ],
}

type EventView = Static<typeof EventView>

/** The members of the document, in order. */
export function sectionsOf(exported: Export, current: SessionId): readonly Section[] {
  const { at, account, details, roles, typedPhoneNumber, profile, externalIds, credentials } = exported
  const { consents, factors, recoveryCodesLeft, linkedAccounts, apiKeys, sessions, messages } = exported
  const { events, trustedDevices } = exported
  return [
    { name: 'exported_at', value: at.toISOString() },
    { name: 'account', value: meView(account, details, roles) },
    { name: 'phone_number_as_typed', value: typedPhoneNumber },
    { name: 'profile', value: profileView(profile) },
    { name: 'external_ids', value: externalIds.map(externalIdView) },
    { name: 'credentials', value: credentialsView(credentials) },
    { name: 'factors', value: factors.map(factorView) },
    { name: 'recovery_codes_left', value: recoveryCodesLeft },
    { name: 'consents', pages: mapPages(consents, consentView) },
    { name: 'linked_accounts', value: linkedAccounts.map(linkedAccountView) },
    { name: 'trusted_devices', value: trustedDevices.map((each) => trustedDeviceView(each, null)) },
    { name: 'api_keys', pages: mapPages(apiKeys, apiKeyView) },
    { name: 'sessions', pages: mapPages(sessions, (each) => sessionView(each, current)) },
    { name: 'messages', pages: mapPages(messages, messageView) },
    { name: 'events', pages: mapPages(events, eventView) },
  ]
}

function mapPages<T>(pages: Pages<T>, view: (each: T) => object): Pages<object> {
  return async function* () {
    for await (const page of pages()) yield page.map(view)
  }
}

function credentialsView({ passwordSince, userSecretSince }: Credentials) {
  const view = (since: Date | null) => (since === null ? null : { since: since.toISOString() })
  return { password: view(passwordSince), user_secret: view(userSecretSince) }
}

/** Says nothing about the device of anyone but the owner: the data of an administrator is not theirs. */
export function eventView(event: RecordedEvent): EventView {
  const { id, action, outcome, method, reason, sessionId, changes, at, occurrences } = event
  const isOwn = event.actorId === null || event.actorId === event.accountId
  return {
    id,
    action,
    outcome,
    method,
    reason,
    session_id: sessionId,
    is_own: isOwn,
    ip_address: isOwn ? event.ipAddress : null,
    device: isOwn ? event.device : null,
    request_id: isOwn ? event.requestId : null,
    changes,
    at: at.toISOString(),
    occurrences,
  }
}

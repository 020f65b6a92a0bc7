import Type, { type Static } from 'typebox'
import { Nullable, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import { MessageView, messageView } from '../../messages/schema.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import { SessionView, sessionView } from '../../session-management/sessions/schema.ts'
import { MeView, meView } from '../../users/accounts/schema.ts'
import { ProfileView, profileView } from '../../users/profiles/schema.ts'
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

const CredentialView = Nullable(Type.Object({ since: Time }))

const EventView = Type.Object({
  id: Uuid,
  action: Type.String(),
  outcome: Type.String(),
  method: Text,
  session_id: Nullable(Uuid),
  ip_address: Text,
  at: Time,
})

export const ExportView = Type.Object(
  {
    exported_at: Time,
    account: MeView,
    profile: Type.Object(ProfileView.properties),
    credentials: Type.Object(
      { password: CredentialView, user_secret: CredentialView },
      { description: 'When each credential was set; null if there is none. Never a secret or its hash.' },
    ),
    sessions: Type.Array(SessionView, { description: 'Newest first' }),
    messages: Type.Array(MessageView, { description: 'The messages that are still stored, newest first' }),
    events: Type.Array(EventView, { description: 'The audit trail of the account, oldest first' }),
  },
  { description: 'All stored data about the caller' },
)

type EventView = Static<typeof EventView>

/** The members of the document, in order. */
export function sectionsOf(exported: Export, current: SessionId): readonly Section[] {
  const { at, account, details, roles, profile, credentials, sessions, messages, events } = exported
  return [
    { name: 'exported_at', value: at.toISOString() },
    { name: 'account', value: meView(account, details, roles) },
    { name: 'profile', value: profileView(profile) },
    { name: 'credentials', value: credentialsView(credentials) },
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

function eventView({ id, action, outcome, method, sessionId, ipAddress, at }: RecordedEvent): EventView {
  return { id, action, outcome, method, session_id: sessionId, ip_address: ipAddress, at: at.toISOString() }
}

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
        description: 'Without it `Accept: application/zip` asks for the archive, and all else for JSON',
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
      { description: 'That there are some, and since when; never a secret or its hash' },
    ),
    sessions: Type.Array(SessionView, { description: 'Newest first' }),
    messages: Type.Array(MessageView, { description: 'Newest first; as long as they are kept' }),
    events: Type.Array(EventView, { description: 'The audit trail of the account, oldest first' }),
  },
  { description: 'Everything that is held about the caller' },
)

type EventView = Static<typeof EventView>

/** The members of the document, in their order. */
export function sectionsOf(exported: Export, current: SessionId): readonly Section[] {
  const { at, account, details, roles, profile, credentials, sessions, messages, events } = exported
  return [
    { name: 'exported_at', value: at.toISOString() },
    { name: 'account', value: meView(account, details, roles) },
    { name: 'profile', value: profileView(profile) },
    { name: 'credentials', value: credentialsView(credentials) },
    { name: 'sessions', pages: viewed(sessions, (each) => sessionView(each, current)) },
    { name: 'messages', pages: viewed(messages, messageView) },
    { name: 'events', pages: viewed(events, eventView) },
  ]
}

function viewed<T>(pages: Pages<T>, view: (each: T) => object): Pages<object> {
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

import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import type { ListedConsent } from '../../authorization/consents/model.ts'

const exampleConsent = {
  client_id: exampleId,
  client_name: 'Wiki',
  logo_uri: null,
  client_uri: 'https://wiki.example.org/',
  policy_uri: null,
  tos_uri: null,
  scope: 'email openid profile',
  granted_at: exampleTime,
  last_used_at: exampleTime,
}

export const ConsentView = Type.Object(
  {
    client_id: Uuid('The id of the client'),
    client_name: Type.String({ description: 'The name of the client' }),
    logo_uri: Text('A picture that stands for the client; null if it has none'),
    client_uri: Text('The home page of the client; null if it has none'),
    policy_uri: Text('How the client uses the data of people; null if it does not say'),
    tos_uri: Text('The terms of service of the client; null if it has none'),
    scope: Type.String({ description: 'What the client may see and do, separated by spaces' }),
    granted_at: Time('When the caller allowed it, or allowed more'),
    last_used_at: Nullable(
      Type.String({ format: 'date-time', description: 'A time in UTC with milliseconds' }),
      { description: 'When the client last used it, to the hour; null if it never has' },
    ),
  },
  {
    title: 'Consent',
    description: 'What the caller has allowed a client',
    examples: [exampleConsent],
  },
)
export type ConsentView = Static<typeof ConsentView>

export const ConsentsView = Page(ConsentView, {
  title: 'ConsentPage',
  description: 'A page of consents, in the order in which the clients were created',
  examples: [{ data: [exampleConsent], next_cursor: null }],
})

export const ConsentParams = Type.Object({
  client_id: Type.String({ maxLength: 100, description: 'The id of the client', examples: [exampleId] }),
})

export function consentView({ client, ...consent }: ListedConsent): ConsentView {
  return {
    client_id: consent.clientId,
    client_name: client.name,
    logo_uri: client.logoUri,
    client_uri: client.clientUri,
    policy_uri: client.policyUri,
    tos_uri: client.tosUri,
    scope: consent.scope.join(' '),
    granted_at: consent.grantedAt.toISOString(),
    last_used_at: consent.lastUsedAt?.toISOString() ?? null,
  }
}

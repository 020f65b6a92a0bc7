import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import type { LinkedAccount } from './model.ts'

export const exampleLinkedAccount = {
  id: exampleId,
  provider: 'google',
  issuer: 'https://accounts.google.com',
  subject: '110169484474386276334',
  email: 'amina@gmail.com',
  created_at: exampleTime,
  last_used_at: exampleTime,
}

export const LinkedAccountView = Type.Object(
  {
    id: Uuid('The id of the connection'),
    provider: Type.String({ description: 'The id of the provider, as in `GET /v1/auth/providers`' }),
    issuer: Type.String({ description: 'The issuer of the provider' }),
    subject: Type.String({ description: 'The subject by which the issuer knows the owner' }),
    email: Text('The address at the provider when it was connected; null if the provider gave none'),
    created_at: Time('When it was connected'),
    last_used_at: Nullable(Time('When it was last used to sign in'), {
      description: 'Null if it was never used',
    }),
  },
  {
    title: 'LinkedAccount',
    description: 'An account at another provider with which the owner signs in',
    examples: [exampleLinkedAccount],
  },
)
export type LinkedAccountView = Static<typeof LinkedAccountView>

export function linkedAccountView({
  id,
  provider,
  issuer,
  subject,
  email,
  createdAt,
  lastUsedAt,
}: LinkedAccount): LinkedAccountView {
  return {
    id,
    provider,
    issuer,
    subject,
    email,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  }
}

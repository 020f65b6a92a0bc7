import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Page, Time, Uuid } from '../../../platform/http/fields.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { personalNameLengthMax } from '../../users/accounts/identifiers/personal-name.ts'

const example = {
  id: exampleId,
  name: 'Nightly report',
  status: 'active' as const,
  created_at: exampleTime,
  updated_at: exampleTime,
}

export const ServiceAccountView = Type.Object(
  {
    id: Uuid('The id of the account'),
    name: Type.String({ description: 'Which program it is, for people' }),
    status: Type.Enum(['active', 'suspended', 'deleted'], {
      description: 'Only an active account can call',
    }),
    created_at: Time('When it was created'),
    updated_at: Time('When it was last changed'),
  },
  {
    title: 'ServiceAccount',
    description: 'The account of a program. No one can sign in to it.',
    examples: [example],
  },
)
export type ServiceAccountView = Static<typeof ServiceAccountView>

export const ServiceAccountsView = Page(ServiceAccountView, {
  title: 'ServiceAccountPage',
  description: 'A page of service accounts, oldest first',
  examples: [{ data: [example], next_cursor: null }],
})

export const ServiceAccountBody = Type.Object(
  {
    name: Type.String({
      maxLength: personalNameLengthMax * 2,
      description: 'Which program it is, for people. Several may have the same name.',
    }),
  },
  {
    title: 'ServiceAccountBody',
    description: 'The name of a service account',
    additionalProperties: false,
    examples: [{ name: 'Nightly report' }],
  },
)

export const ServiceAccountParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the service account', examples: [exampleId] }),
})

export function serviceAccountView({
  id,
  fullName,
  status,
  createdAt,
  updatedAt,
}: Account): ServiceAccountView {
  return {
    id,
    name: fullName ?? '',
    status: status === 'pending' ? 'suspended' : status,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  }
}

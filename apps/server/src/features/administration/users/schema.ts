import Type, { type Static } from 'typebox'
import { exampleTime, Nullable, Page, Text, Time } from '../../../platform/http/fields.ts'
import { ReceiptView, receiptView } from '../../self-service/deletions/schema.ts'
import type { PrivateDetails } from '../../users/accounts/model.ts'
import { exampleUser, userFields, userView } from '../../users/accounts/schema.ts'
import { ExternalIdView, exampleExternalId, externalIdView } from '../../users/external-ids/schema.ts'
import { reasonLengthMax, type SuspensionTerms } from './model.ts'
import type { ListedUser, ShownUser } from './search/model.ts'

export const SuspensionView = Type.Object(
  {
    reason: Text('Why the account is suspended; null if no reason was given'),
    suspended_at: Time('When the account was suspended'),
    ends_at: Nullable(Time('When the suspension ends by itself; null if an administrator must lift it')),
  },
  {
    title: 'Suspension',
    description: 'Why an account is suspended, and until when',
    examples: [{ reason: 'Chargeback of 20 November', suspended_at: exampleTime, ends_at: null }],
  },
)

const managedFields = {
  ...userFields,
  kind: Type.Enum(['person', 'service'], {
    title: 'AccountKind',
    description: 'Whether the account belongs to a person or to a program',
  }),
  locale: Text('The language of messages to the owner (BCP 47)'),
  suspension: Nullable(SuspensionView, { description: 'Null if the account is not suspended' }),
}

export const exampleManagedUser = { ...exampleUser, kind: 'person', locale: null, suspension: null }

export const ManagedUserView = Type.Object(managedFields, {
  title: 'ManagedUser',
  description: 'A User, as administrators see it',
  examples: [exampleManagedUser],
})
export type ManagedUserView = Static<typeof ManagedUserView>

export const ManagedUserDetailsView = Type.Object(
  {
    ...managedFields,
    external_ids: Type.Array(ExternalIdView, {
      description: 'The ids of the account in other systems, such as a former backend',
    }),
    address: Type.Optional(Text('A postal address. Only for callers with the permission `users:private`.')),
    national_id: Type.Optional(
      Text('The number of an identity document. Only for callers with the permission `users:private`.'),
    ),
  },
  {
    title: 'ManagedUserDetails',
    description: 'A User, as administrators see it, with the private details if they may see those',
    examples: [{ ...exampleManagedUser, external_ids: [exampleExternalId] }],
  },
)
export type ManagedUserDetailsView = Static<typeof ManagedUserDetailsView>

export const ManagedUsersView = Page(ManagedUserView, {
  title: 'ManagedUserPage',
  description: 'A page of users. It may be shorter than `limit` although another page follows.',
  examples: [{ data: [exampleManagedUser], next_cursor: null }],
})

export const UserParams = Type.Object({
  id: Type.String({
    maxLength: 100,
    description: 'The id of the account',
    examples: ['01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'],
  }),
})

export function managedUserView({ account, roles, suspension }: ListedUser): ManagedUserView {
  return {
    ...userView(account, roles),
    kind: account.kind,
    locale: account.locale,
    suspension:
      suspension === null
        ? null
        : {
            reason: suspension.reason,
            suspended_at: suspension.suspendedAt.toISOString(),
            ends_at: suspension.endsAt?.toISOString() ?? null,
          },
  }
}

export function managedUserDetailsView(
  user: ShownUser,
  details: PrivateDetails | null,
): ManagedUserDetailsView {
  return {
    ...managedUserView(user),
    external_ids: user.externalIds.map(externalIdView),
    ...(details !== null && { address: details.address, national_id: details.nationalId }),
  }
}

export const SuspendBody = Type.Object(
  {
    reason: Type.Optional(
      Type.String({
        maxLength: reasonLengthMax,
        description: 'Why. Administrators see it, and the owner does not.',
      }),
    ),
    ends_at: Type.Optional(
      Time('When the suspension ends by itself. Without it, an administrator must lift it.'),
    ),
  },
  {
    title: 'SuspendBody',
    additionalProperties: false,
    description: 'The reason and the end of a suspension',
    examples: [{ reason: 'Chargeback of 20 November', ends_at: '2099-01-31T00:00:00.000Z' }],
  },
)
export type SuspendBody = Static<typeof SuspendBody>

export function toSuspensionTerms({ reason, ends_at: endsAt }: SuspendBody): SuspensionTerms {
  return { reason: reason ?? null, endsAt: endsAt === undefined ? null : new Date(endsAt) }
}

export const DeleteUserQuery = Type.Object(
  {
    immediately: Type.Optional(
      Type.Enum(['true', 'false'], {
        description: 'With `true`, everything is erased at once, and no one can restore the account',
      }),
    ),
  },
  { additionalProperties: false },
)

/** What the owner would get. */
export const UserReceiptView = ReceiptView
export const userReceiptView = receiptView

export const ErasureView = Type.Object(
  {
    receipt: Text(
      'Shows the owner that everything was erased. Shown only once; null if the owner has one already.',
    ),
  },
  {
    title: 'Erasure',
    description: 'The account is erased',
    examples: [{ receipt: 'pxd_Vd3mB8kQ1xS6zT0wN4rY7cF2hJ5lP9gA_eUiOaMnKs8' }],
  },
)

export const StartedView = Type.Object(
  {
    channel: Nullable(Type.Enum(['email', 'phone_number']), {
      description: 'Where the message goes; null if nothing is sent',
    }),
  },
  {
    title: 'StartedByAdministrator',
    description: 'The owner of the account gets a message. The administrator cannot see it.',
    examples: [{ channel: 'email' }],
  },
)

export const VerificationBody = Type.Object(
  {
    channel: Type.Enum(['email', 'phone_number'], {
      description: 'The contact whose owner gets a code',
    }),
  },
  {
    title: 'StartVerificationBody',
    additionalProperties: false,
    description: 'The contact to confirm',
    examples: [{ channel: 'email' }],
  },
)

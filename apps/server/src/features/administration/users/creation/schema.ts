import Type, { type Static } from 'typebox'
import { RegisterBody, toRegistration } from '../../../authentication/registration/schema.ts'
import { exampleManagedUser, ManagedUserDetailsView, managedUserDetailsView } from '../schema.ts'
import type { CreatedUser, NewUser } from './model.ts'

const { password: _ofOwners, ...registerFields } = RegisterBody.properties

export const CreateUserBody = Type.Object(
  {
    ...registerFields,
    roles: Type.Optional(
      Type.Array(Type.String({ maxLength: 32 }), {
        maxItems: 20,
        description: 'Roles in addition to `user`. You can give only what you may do yourself.',
      }),
    ),
    invite: Type.Optional(
      Type.Boolean({
        description:
          'If true, the owner gets a message with a link, which sets the password and confirms the address.',
      }),
    ),
  },
  {
    title: 'CreateUserBody',
    additionalProperties: false,
    description:
      'Give at least one of username, email and phone_number. Without `invite`, the answer shows a user secret once.',
    examples: [{ email: 'baraka@example.com', full_name: 'Baraka Otieno', invite: true }],
  },
)
export type CreateUserBody = Static<typeof CreateUserBody>

export function toNewUser({ roles = [], invite = false, ...body }: CreateUserBody): NewUser {
  return { ...toRegistration(body), roles, isInvited: invite }
}

export const CreatedUserView = Type.Object(
  {
    ...ManagedUserDetailsView.properties,
    user_secret: Type.Optional(
      Type.String({ description: 'Only if the owner is not invited. Shown only once.' }),
    ),
  },
  {
    title: 'CreatedUser',
    description: 'The new account, as `GET /v1/users/{id}` shows it',
    examples: [{ ...exampleManagedUser, external_ids: [] }],
  },
)
type CreatedUserView = Static<typeof CreatedUserView>

/** @param maySeeDetails whether the caller may see the private details, which they may have given */
export function createdUserView(
  { account, roles, userSecret, details }: CreatedUser,
  maySeeDetails: boolean,
): CreatedUserView {
  return {
    ...managedUserDetailsView(
      { account, roles, suspension: null, externalIds: [] },
      maySeeDetails ? details : null,
    ),
    ...(userSecret !== null && { user_secret: userSecret }),
  }
}

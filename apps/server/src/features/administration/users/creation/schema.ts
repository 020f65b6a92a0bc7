import Type, { type Static } from 'typebox'
import {
  RegisterBody,
  RegisteredView,
  registeredView,
  toRegistration,
} from '../../../authentication/registration/schema.ts'
import type { NewUser } from './model.ts'

export const CreateUserBody = Type.Object(
  {
    ...RegisterBody.properties,
    roles: Type.Optional(
      Type.Array(Type.String({ maxLength: 32 }), {
        maxItems: 20,
        description: 'Roles in addition to `user`. You can give only what you may do yourself.',
      }),
    ),
    invite: Type.Optional(
      Type.Boolean({
        description:
          'If true, the owner gets a message with a link, which sets the password and confirms the address. Then leave `password` out.',
      }),
    ),
  },
  {
    title: 'CreateUserBody',
    additionalProperties: false,
    description:
      'Give at least one of username, email and phone_number. Without `password` and without `invite`, the answer shows a user secret once.',
    examples: [{ email: 'baraka@example.com', full_name: 'Baraka Otieno', invite: true }],
  },
)
export type CreateUserBody = Static<typeof CreateUserBody>

export function toNewUser({ roles = [], invite = false, ...body }: CreateUserBody): NewUser {
  return { ...toRegistration(body), roles, isInvited: invite }
}

/** The same as a person gets who registers. */
export const CreatedUserView = RegisteredView
export const createdUserView = registeredView

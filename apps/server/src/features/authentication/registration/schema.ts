import Type, { type Static } from 'typebox'
import { examplePassword, passwordText, Text } from '../../../platform/http/fields.ts'
import { codeField, exampleCode } from '../../authenticators/codes/schema.ts'
import {
  exampleUser,
  identifierFields,
  nameFields,
  privateFields,
  userFields,
  userView,
} from '../../users/accounts/schema.ts'
import type { Registered } from './model.ts'

export const RegisterBody = Type.Object(
  {
    username: Type.Optional(identifierFields.username),
    email: Type.Optional(identifierFields.email),
    phone_number: Type.Optional(identifierFields.phone_number),
    password: Type.Optional(
      Type.String({
        ...passwordText,
        description:
          'Without it, the account gets a generated `user_secret`. Required if the server has strict privacy.',
      }),
    ),
    full_name: Type.Optional(nameFields.full_name),
    given_name: Type.Optional(nameFields.given_name),
    family_name: Type.Optional(nameFields.family_name),
    address: Type.Optional(privateFields.address),
    national_id: Type.Optional(privateFields.national_id),
  },
  {
    title: 'RegisterBody',
    additionalProperties: false,
    description: 'Give at least one of username, email and phone_number.',
    examples: [
      {
        username: exampleUser.username,
        email: exampleUser.email,
        full_name: exampleUser.full_name,
        password: examplePassword,
      },
    ],
  },
)
export type RegisterBody = Static<typeof RegisterBody>

export const RegisteredView = Type.Object(
  {
    ...userFields,
    user_secret: Type.Optional(
      Type.String({ description: 'Only if no password was given. Shown only once.' }),
    ),
  },
  {
    title: 'RegisteredUser',
    description: 'The new User, who is not signed in yet',
    examples: [exampleUser],
  },
)
export type RegisteredView = Static<typeof RegisteredView>

export const PendingView = Type.Object(
  { status: Type.Literal('pending', { description: 'Always the same' }) },
  {
    title: 'PendingRegistration',
    examples: [{ status: 'pending' }],
    description:
      'The answer of a server with strict privacy, whether or not the email address or phone number is taken. A ' +
      'message to the address or number says which.',
  },
)

export const ConfirmRegistrationBody = Type.Object(
  {
    identifier: Type.String({
      maxLength: 400,
      description: 'The email address or phone number that the code was sent to',
    }),
    code: codeField,
    password: Type.String({ ...passwordText, description: 'The password of the registration' }),
  },
  {
    title: 'ConfirmRegistrationBody',
    additionalProperties: false,
    description: 'The code shows that the address is yours, and the password that the registration is.',
    examples: [{ identifier: exampleUser.email, code: exampleCode, password: examplePassword }],
  },
)

export const AvailabilityQuery = Type.Object(
  {
    username: Type.Optional(identifierFields.username),
    email: Type.Optional(identifierFields.email),
    phone_number: Type.Optional(identifierFields.phone_number),
  },
  { additionalProperties: false, description: 'Give exactly one of username, email and phone_number.' },
)
export type AvailabilityQuery = Static<typeof AvailabilityQuery>

export const AvailabilityView = Type.Object(
  {
    available: Type.Boolean({ description: 'True if an account can be registered with it now' }),
    reason: Text('Why it is not available, as a stable code such as `taken`; null if it is'),
  },
  {
    title: 'Availability',
    description: 'Whether the identifier is available and, if it is not, why',
    examples: [{ available: true, reason: null }],
  },
)

export function toIdentifiers({ username, email, phone_number: phoneNumber }: AvailabilityQuery) {
  return {
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email }),
    ...(phoneNumber !== undefined && { phoneNumber }),
  }
}

export function toRegistration(body: RegisterBody) {
  const {
    full_name: fullName,
    given_name: givenName,
    family_name: familyName,
    national_id: nationalId,
  } = body
  const { address, password } = body
  return {
    ...toIdentifiers(body),
    ...(fullName !== undefined && { fullName }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(address !== undefined && { address }),
    ...(nationalId !== undefined && { nationalId }),
    ...(password !== undefined && { password }),
  }
}

export function registeredView({ account, roles, userSecret }: Registered): RegisteredView {
  return { ...userView(account, roles), ...(userSecret !== null && { user_secret: userSecret }) }
}

import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { personalNameLengthMax } from './identifiers/personal-name.ts'
import {
  type AccountPatch,
  addressLengthMax,
  displayName,
  isVerified,
  localeLengthMax,
  nationalIdLengthMax,
  type PrivateDetails,
} from './model.ts'

/** Checks only types and lengths. The parsers in `identifiers` check usernames, emails and phone numbers. */
export const identifierFields = {
  username: Type.String({
    maxLength: 200,
    description: '3 to 50 letters and digits of one script, `.`, `_` and `-`',
  }),
  email: Type.String({ maxLength: 400, description: 'An email address, such as `amina@example.com`' }),
  phone_number: Type.String({
    maxLength: 100,
    description: 'In international form, or in national form of the default region',
  }),
}

export const nameFields = {
  full_name: Type.String({
    maxLength: personalNameLengthMax,
    description: 'The whole name, as its owner writes it',
  }),
  given_name: Type.String({ maxLength: personalNameLengthMax, description: 'The given names' }),
  family_name: Type.String({ maxLength: personalNameLengthMax, description: 'The family names' }),
}

export const privateFields = {
  address: Type.String({
    maxLength: addressLengthMax,
    description: 'A postal address, shown only to its owner',
  }),
  national_id: Type.String({
    maxLength: nationalIdLengthMax,
    description: 'The number of an identity document, shown only to its owner',
  }),
}

export const userFields = {
  id: Uuid('The id of the account, which never changes'),
  username: Text('The username as its owner wrote it; null if there is none'),
  email: Text('The email address as its owner wrote it; null if there is none'),
  phone_number: Text('The phone number in E.164, such as `+254712345678`; null if there is none'),
  full_name: Text('The whole name. If none was given, it is made of the given and the family name.'),
  given_name: Text('The given names'),
  family_name: Text('The family names'),
  email_verified: Type.Boolean({
    description: 'True if its owner has proved that the email address is theirs',
  }),
  phone_number_verified: Type.Boolean({
    description: 'True if its owner has proved that the phone number is theirs',
  }),
  is_verified: Type.Boolean({ description: 'True if any identifier is verified' }),
  roles: Type.Array(Type.String(), { description: 'The names of the roles of the account' }),
  status: Type.Enum(['pending', 'active', 'suspended', 'deleted'], {
    title: 'UserStatus',
    description:
      'Only an active account can sign in. A pending one waits until its owner confirms an address, with strict privacy.',
  }),
  created_at: Time('When the account was registered'),
  updated_at: Time('When the account was last changed'),
}

/** The user of the examples: what the example of the registration makes. */
export const exampleUser = {
  id: exampleId,
  username: 'amina',
  email: 'amina@example.com',
  phone_number: null,
  full_name: 'Amina Odhiambo',
  given_name: null,
  family_name: null,
  email_verified: false,
  phone_number_verified: false,
  is_verified: false,
  roles: ['user'],
  status: 'active',
  created_at: exampleTime,
  updated_at: exampleTime,
}

export const userOptions = { title: 'User', description: 'A user account', examples: [exampleUser] }

export const UserView = Type.Object(userFields, userOptions)
export type UserView = Static<typeof UserView>

export const exampleMe = {
  ...exampleUser,
  address: 'P.O. Box 30197, Nairobi',
  national_id: null,
  locale: 'sw-KE',
}

export const MeView = Type.Object(
  {
    ...userFields,
    address: Text('A postal address, shown only to its owner'),
    national_id: Text('The number of an identity document, shown only to its owner'),
    locale: Text('The language of messages to the owner (BCP 47), such as `sw-KE`'),
  },
  {
    title: 'Me',
    description: 'The User, with the fields that are shown only to its owner',
    examples: [exampleMe],
  },
)
export type MeView = Static<typeof MeView>

export const PatchMeBody = Type.Object(
  {
    full_name: Type.Optional(Nullable(nameFields.full_name)),
    given_name: Type.Optional(Nullable(nameFields.given_name)),
    family_name: Type.Optional(Nullable(nameFields.family_name)),
    address: Type.Optional(Nullable(privateFields.address)),
    national_id: Type.Optional(Nullable(privateFields.national_id)),
    locale: Type.Optional(
      Nullable(
        Type.String({
          maxLength: localeLengthMax,
          description:
            'The language of messages to the owner (BCP 47), such as `sw-KE`; `sw_KE` is read as the same',
        }),
      ),
    ),
  },
  {
    title: 'PatchMeBody',
    additionalProperties: false,
    description: 'Changes only the fields that you send. Null clears a field.',
    examples: [{ full_name: 'Amina A. Odhiambo', locale: 'sw-KE' }],
  },
)
export type PatchMeBody = Static<typeof PatchMeBody>

export function userView(account: Account, roles: readonly string[]): UserView {
  return {
    id: account.id,
    username: account.username,
    email: account.email,
    phone_number: account.phoneNumber,
    full_name: displayName(account),
    given_name: account.givenName,
    family_name: account.familyName,
    email_verified: account.emailVerifiedAt !== null,
    phone_number_verified: account.phoneNumberVerifiedAt !== null,
    is_verified: isVerified(account),
    roles: [...roles],
    status: account.status,
    created_at: account.createdAt.toISOString(),
    updated_at: account.updatedAt.toISOString(),
  }
}

export function meView(
  account: Account,
  { address, nationalId }: PrivateDetails,
  roles: readonly string[],
): MeView {
  return { ...userView(account, roles), address, national_id: nationalId, locale: account.locale }
}

export function toPatch(body: PatchMeBody): AccountPatch {
  const {
    full_name: fullName,
    given_name: givenName,
    family_name: familyName,
    national_id: nationalId,
    ...same
  } = body
  return {
    ...same,
    ...(fullName !== undefined && { fullName }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(nationalId !== undefined && { nationalId }),
  }
}

export const PermissionsView = Type.Object(
  { permissions: Type.Array(Type.String(), { description: 'The permissions, in alphabetical order' }) },
  {
    title: 'Permissions',
    description: 'What the caller may do with data of others',
    examples: [{ permissions: ['audit:read', 'users:read'] }],
  },
)

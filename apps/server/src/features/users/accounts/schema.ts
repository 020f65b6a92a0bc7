import Type, { type Static } from 'typebox'
import { Nullable, Text, Time, Uuid } from '../../../platform/http/fields.ts'
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
  email: Type.String({ maxLength: 400 }),
  phone_number: Type.String({
    maxLength: 100,
    description: 'In international form, or in national form of the default region',
  }),
}

export const nameFields = {
  full_name: Type.String({ maxLength: personalNameLengthMax }),
  given_name: Type.String({ maxLength: personalNameLengthMax }),
  family_name: Type.String({ maxLength: personalNameLengthMax }),
}

export const privateFields = {
  address: Type.String({ maxLength: addressLengthMax, description: 'Shown only to its owner' }),
  national_id: Type.String({ maxLength: nationalIdLengthMax, description: 'Shown only to its owner' }),
}

export const userFields = {
  id: Uuid,
  username: Text,
  email: Text,
  phone_number: Nullable(Type.String({ description: 'E.164' })),
  full_name: Text,
  given_name: Text,
  family_name: Text,
  email_verified: Type.Boolean(),
  phone_number_verified: Type.Boolean(),
  is_verified: Type.Boolean({ description: 'True if any identifier is verified' }),
  roles: Type.Array(Type.String()),
  status: Type.Enum(['active', 'suspended', 'deleted']),
  created_at: Time,
  updated_at: Time,
}

export const UserView = Type.Object(userFields)
export type UserView = Static<typeof UserView>

export const MeView = Type.Object(
  { ...userFields, address: Text, national_id: Text, locale: Text },
  { description: 'The User, with the fields that are shown only to its owner' },
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
      Nullable(Type.String({ maxLength: localeLengthMax, description: 'BCP 47, such as sw-KE' })),
    ),
  },
  {
    additionalProperties: false,
    description: 'Changes only the fields that you send. Null clears a field.',
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

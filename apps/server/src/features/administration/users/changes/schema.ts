import Type, { type Static } from 'typebox'
import { Nullable } from '../../../../platform/http/fields.ts'
import { identifierFields, PatchMeBody, toPatch } from '../../../users/accounts/schema.ts'
import type { UserPatch } from './model.ts'

export const PatchUserBody = Type.Object(
  {
    ...PatchMeBody.properties,
    username: Type.Optional(identifierFields.username),
    email: Type.Optional(Nullable(identifierFields.email)),
    phone_number: Type.Optional(Nullable(identifierFields.phone_number)),
  },
  {
    title: 'PatchUserBody',
    additionalProperties: false,
    description:
      'Changes only the fields that you send. Null clears a field. A new username, email address or phone number needs a recent sign-in.',
    examples: [{ full_name: 'Amina A. Odhiambo', email: 'amina.odhiambo@example.com' }],
  },
)
export type PatchUserBody = Static<typeof PatchUserBody>

export function toUserPatch({
  username,
  email,
  phone_number: phoneNumber,
  ...body
}: PatchUserBody): UserPatch {
  return {
    ...toPatch(body),
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email }),
    ...(phoneNumber !== undefined && { phoneNumber }),
  }
}

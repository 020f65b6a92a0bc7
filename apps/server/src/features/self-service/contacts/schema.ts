import Type, { type Static } from 'typebox'
import { credentialFields, toGivenCredentials } from '../../authentication/reauthentication/schema.ts'
import { RequestedCodeView, requestedCodeView } from '../../authentication/verification/schema.ts'
import { codeMinutes, resendSeconds } from '../../authenticators/codes/model.ts'
import { codeField, exampleCode } from '../../authenticators/codes/schema.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import {
  exampleUser,
  identifierFields,
  userFields,
  userOptions,
  userView,
} from '../../users/accounts/schema.ts'
import type { TypedContact } from './model.ts'
import type { ContactChangeRequest } from './requests.ts'

const description =
  'If you did not sign in recently, also give `current_password`, or `user_secret` if the account has no password.'

const exampleEmail = 'amina.odhiambo@example.com'

export const EmailBody = Type.Object(
  { email: identifierFields.email, ...credentialFields },
  { title: 'EmailBody', additionalProperties: false, description, examples: [{ email: exampleEmail }] },
)

export const PhoneNumberBody = Type.Object(
  { phone_number: identifierFields.phone_number, ...credentialFields },
  {
    title: 'PhoneNumberBody',
    additionalProperties: false,
    description,
    examples: [{ phone_number: '+254722000111' }],
  },
)

type ContactBody = Partial<Static<typeof EmailBody> & Static<typeof PhoneNumberBody>>

export const ContactConfirmationBody = Type.Object(
  { code: codeField },
  {
    title: 'ContactConfirmationBody',
    additionalProperties: false,
    description: 'The code that was sent to the new address or number',
    examples: [{ code: exampleCode }],
  },
)

export { RequestedCodeView }
export const requestedView = requestedCodeView({
  expiresInSeconds: codeMinutes * 60,
  resendAfterSeconds: resendSeconds,
})

/** The User, with the new contact. */
export const ChangedContactView = Type.Object(userFields, {
  ...userOptions,
  examples: [{ ...exampleUser, email: exampleEmail, email_verified: true, is_verified: true }],
  'x-response-description': 'The User, with the new address or number',
})
export const changedContactView = userView

/** @returns null if the body does not have the field, or not as text */
export function typedContact(kind: ContactKind, body: ContactBody): TypedContact | null {
  const text = body[kind]
  return typeof text === 'string' ? { kind, text } : null
}

export function toContactChange(kind: ContactKind, body: ContactBody): ContactChangeRequest {
  return { ...toGivenCredentials(body), contact: { kind, text: body[kind] ?? '' } }
}

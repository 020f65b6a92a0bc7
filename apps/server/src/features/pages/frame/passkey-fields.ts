import Type, { type Static } from 'typebox'
import type { PasskeyAssertion } from '../../authenticators/factors/model.ts'
import type { PasskeyRegistration } from '../../authenticators/passkeys/model.ts'

/** What a browser answers if it is asked for a passkey, as the script of a page writes it into a form. */

const encoded = (maxLength: number) => Type.String({ maxLength, pattern: '^[A-Za-z0-9_-]*$' })
const answerFields = { id: encoded(1_400), clientDataJSON: encoded(4_096) }

export const flowField = Type.String({ maxLength: 4_096 })

export const assertionFields = {
  ...answerFields,
  authenticatorData: encoded(4_096),
  signature: encoded(2_048),
  userHandle: Type.Optional(encoded(100)),
}
const Assertion = Type.Object(assertionFields)
const MaybeAssertion = Type.Partial(Assertion)
/** The same for a form that may have something else. */
export const optionalAssertionFields = MaybeAssertion.properties

export function assertionOf(fields: Static<typeof Assertion>): PasskeyAssertion {
  const { id, clientDataJSON, authenticatorData, signature, userHandle = null } = fields
  const response = { clientDataJSON, authenticatorData, signature, userHandle }
  return { id, rawId: id, type: 'public-key', response }
}

/** Null if the form has no answer of a browser. */
export function assertionIn(fields: Static<typeof MaybeAssertion>): PasskeyAssertion | null {
  const { id, clientDataJSON, authenticatorData, signature, userHandle } = fields
  if (id === undefined || clientDataJSON === undefined) return null
  if (authenticatorData === undefined || signature === undefined) return null
  const rest = userHandle === undefined ? {} : { userHandle }
  return assertionOf({ id, clientDataJSON, authenticatorData, signature, ...rest })
}

export const newPasskeyFields = {
  ...answerFields,
  attestationObject: encoded(24_000),
  transports: Type.Optional(Type.String({ maxLength: 100 })),
}
const NewPasskey = Type.Object(newPasskeyFields)

export function registrationOf(fields: Static<typeof NewPasskey>): PasskeyRegistration {
  const { id, clientDataJSON, attestationObject, transports = '' } = fields
  const response = { clientDataJSON, attestationObject, transports: transports.split(' ').filter(Boolean) }
  return { id, rawId: id, type: 'public-key', response }
}

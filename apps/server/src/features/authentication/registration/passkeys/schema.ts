import Type, { type Static } from 'typebox'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import { flowField, NewPasskey, NewPasskeyOptionsView } from '../../../authenticators/passkeys/schema.ts'
import { exampleUser, userFields, userView } from '../../../users/accounts/schema.ts'
import type { Registered } from '../model.ts'
import { RegisterBody, toRegistration } from '../schema.ts'
import type { GivenRegistration } from './model.ts'

const { password: _password, ...fields } = RegisterBody.properties

export const RegisterPasskeyBody = Type.Object(
  { ...fields, flow: Type.Optional(flowField), response: Type.Optional(NewPasskey) },
  {
    title: 'RegisterPasskeyBody',
    additionalProperties: false,
    description:
      'First at least one of username, email and phone_number. Then flow and response, with the same fields or without them.',
    examples: [{ username: 'halima', full_name: 'Halima Said' }],
  },
)
export type RegisterPasskeyBody = Static<typeof RegisterPasskeyBody>

export const RegisteredWithPasskeyView = Type.Object(
  {
    ...userFields,
    recovery_codes: Type.Array(Type.String(), {
      description:
        'Ten codes, each for one use. Once the account also has a password, they stand in for the passkey. They are shown only once.',
    }),
  },
  {
    title: 'UserWithPasskey',
    description: 'The new User, who is not signed in yet',
    examples: [
      { ...exampleUser, recovery_codes: ['7k2m9q-x4d8vz-0n5r1t-c6h3wj', 'b8s4yp-2g7f0e-m1k9xq-v3z6da'] },
    ],
  },
)

/** Either the fields of an account, or the answer of a browser. */
export function toInput({ flow: _flow, response: _response, ...given }: RegisterPasskeyBody) {
  return toRegistration(given)
}

/** @returns null for the first step @throws `validation_failed` if only one of flow and response is given */
export function toGivenRegistration(body: RegisterPasskeyBody): GivenRegistration | null {
  const { flow, response } = body
  if (flow === undefined && response === undefined) return null
  if (flow !== undefined && response !== undefined) return { flow, response, input: toInput(body) }
  const pointer = flow === undefined ? '/flow' : '/response'
  throw invalidFields({ pointer, code: 'required', detail: 'The second step needs both flow and response.' })
}

export function registeredWithPasskeyView({
  account,
  recoveryCodes = [],
  roles,
}: Registered): Static<typeof RegisteredWithPasskeyView> {
  return { ...userView(account, roles), recovery_codes: [...recoveryCodes] }
}

export const RegistrationOptionsView = NewPasskeyOptionsView

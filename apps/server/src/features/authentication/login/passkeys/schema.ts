import Type, { type Static } from 'typebox'
import { Assertion, exampleAssertion } from '../../../authenticators/factors/schema.ts'
import { exampleFlow, flowField, SignInOptionsView } from '../../../authenticators/passkeys/schema.ts'
import { Mode } from '../../sign-in/schema.ts'
import type { PasskeyLogin } from './model.ts'

export const PasskeyOptionsBody = Type.Object(
  {
    identifier: Type.Optional(
      Type.String({
        maxLength: 400,
        description:
          'A username, an email address or a phone number: then only a passkey of that account will do. Without it, the browser shows the passkeys that it has for this website.',
      }),
    ),
  },
  {
    title: 'PasskeyOptionsBody',
    additionalProperties: false,
    description: 'Optional.',
    examples: [{}],
  },
)

export const PasskeyBody = Type.Object(
  { flow: flowField, response: Assertion, mode: Type.Optional(Mode) },
  {
    title: 'PasskeyBody',
    additionalProperties: false,
    description: 'The answer of the browser',
    examples: [{ flow: exampleFlow, response: exampleAssertion }],
  },
)

export function toPasskeyLogin({ mode = 'token', flow, response }: Static<typeof PasskeyBody>): PasskeyLogin {
  return { flow, mode, response }
}

export const PasskeyLoginOptions = SignInOptionsView

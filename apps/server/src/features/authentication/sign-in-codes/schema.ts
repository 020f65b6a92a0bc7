import Type from 'typebox'
import { codeMinutes, resendSeconds } from '../../authenticators/codes/model.ts'
import { codeField, exampleCode } from '../../authenticators/codes/schema.ts'
import { exampleUser } from '../../users/accounts/schema.ts'
import { Mode } from '../sign-in/schema.ts'
import { deliveries, flowLengthMax } from './model.ts'

/** In examples. The server does not know it. */
const exampleFlow =
  'pxf_v1.RuDPHRNIGA4.7gIXRhGjJVWfSHVf.kqSVmHRBcBEa0YBQhmRbHvgNyGPYRUOBdPOxqQmxWDXoOYJSuAIJtYyZkUjZsmWPbJ1Jw6m5nFqk3R2Zh8g'

export const SignInCodeBody = Type.Object(
  {
    identifier: Type.String({
      maxLength: 400,
      description: 'A username, an email address or a phone number',
    }),
    delivery: Type.Optional(
      Type.Enum(deliveries, {
        title: 'Delivery',
        description:
          'With `link`, a mail has a link besides the code. It works in the browser that asked for it, if that is on the origin of this server. A text message has no link.',
      }),
    ),
  },
  {
    title: 'SignInCodeBody',
    additionalProperties: false,
    description: 'Any identifier of the account',
    examples: [{ identifier: exampleUser.email }],
  },
)

export const SignInCodeView = Type.Object(
  {
    flow: Type.String({
      description:
        'Send it back with the code. It is a secret of this client: keep it out of addresses and logs.',
    }),
    expires_in: Type.Integer({ description: 'How long a code works, in seconds' }),
    resend_after: Type.Integer({ description: 'How long to wait before you ask for another, in seconds' }),
  },
  {
    title: 'SignInCodeRequested',
    description:
      'Always the same, whether or not there is such an account. If there is, and it has a confirmed contact, a message with a code is on its way.',
    examples: [{ flow: exampleFlow, expires_in: codeMinutes * 60, resend_after: resendSeconds }],
  },
)

export function requestedView(flow: string) {
  return { flow, expires_in: codeMinutes * 60, resend_after: resendSeconds }
}

export const SignInCodeConfirmBody = Type.Object(
  {
    flow: Type.String({
      maxLength: flowLengthMax,
      description: 'The `flow` of the answer to the request for this code',
    }),
    code: codeField,
    mode: Type.Optional(Mode),
  },
  {
    title: 'SignInCodeConfirmBody',
    additionalProperties: false,
    description: 'The code from the message',
    examples: [{ flow: exampleFlow, code: exampleCode }],
  },
)

import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Time, Uuid } from '../../../platform/http/fields.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { type Factor, factorKinds, type GivenFactor } from './model.ts'

const typedLengthMax = 64

/** In base64url. The lengths are those of the longest answers of authenticators, with room. */
export const encoded = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: '^[A-Za-z0-9_-]*$', description })

/** What an answer of a browser says beside the `response`. */
export const answerFields = {
  id: encoded(1_400, 'The id of the credential'),
  rawId: encoded(1_400, 'The same'),
  type: Type.Literal('public-key', { description: 'Always the same' }),
  authenticatorAttachment: Type.Optional(
    Nullable(Type.String({ maxLength: 50 }), { description: 'How the authenticator is connected' }),
  ),
  clientExtensionResults: Type.Optional(
    Type.Unknown({ description: 'What extensions have answered. The server does not read it.' }),
  ),
}

/** In examples. No authenticator has signed it. */
export const exampleAssertion = {
  id: 'dGhpcyBpcyBhbiBpZA',
  rawId: 'dGhpcyBpcyBhbiBpZA',
  type: 'public-key' as const,
  clientExtensionResults: {},
  response: {
    clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0',
    authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAA',
    signature: 'MEUCIQDsignature',
    userHandle: 'AaH8QHToe1KPDz1bjm96EA',
  },
}

/** Every member that `toJSON()` has (WebAuthn Level 3 §5.1.8). */
export const Assertion = Type.Object(
  {
    ...answerFields,
    response: Type.Object(
      {
        clientDataJSON: encoded(4_096, 'What the browser has passed to the authenticator'),
        authenticatorData: encoded(
          4_096,
          'What the authenticator has signed, with the hash of clientDataJSON',
        ),
        signature: encoded(2_048, 'The signature'),
        attestationObject: Type.Optional(
          Nullable(encoded(24_000, 'A statement about the authenticator'), {
            description: 'The server does not read it.',
          }),
        ),
        userHandle: Type.Optional(
          Nullable(encoded(100, 'Whose passkey it is'), {
            description: 'Null if the authenticator does not say',
          }),
        ),
      },
      { additionalProperties: false, description: 'What the authenticator has answered' },
    ),
  },
  {
    title: 'PasskeyAssertion',
    additionalProperties: false,
    description:
      'What `navigator.credentials.get` has returned, as `toJSON()` makes it (WebAuthn Level 3 §5.1.8)',
    examples: [exampleAssertion],
  },
)
export type Assertion = Static<typeof Assertion>

const givenKinds = ['totp', 'passkey', 'recovery_code'] as const

/** A code that its owner types. */
export const codeField = Type.String({
  maxLength: typedLengthMax,
  description:
    'The six digits that the authenticator app shows now or that were sent, or a recovery code. Spaces and dashes do not matter.',
})

/** Contacts that may be a second factor at a sign-in, and nowhere else. */
export const ContactFactor = Type.Enum(['email', 'phone_number'], {
  title: 'ContactFactor',
  description: 'The contact to which a code is sent: one of `factors` in the answer `mfa_required`',
})

/** A second factor in the body of a call. */
export const factorField = {
  factor: Type.Enum(givenKinds, {
    title: 'GivenFactor',
    description: 'The kind of second factor: one of `factors` in the answer `mfa_required`',
  }),
  code: Type.Optional(codeField),
  response: Type.Optional(Assertion),
}

/** A second factor of a sign-in. */
export const signInFactorField = {
  ...factorField,
  factor: Type.Enum([...givenKinds, 'email', 'phone_number'], {
    title: 'SignInFactor',
    description: 'The kind of second factor: one of `factors` in the answer `mfa_required`',
  }),
}

const FactorFields = Type.Object(signInFactorField)

/** @throws `validation_failed` if the factor lacks what it is given with */
export function toGivenFactor({ factor: kind, code, response }: Static<typeof FactorFields>): GivenFactor {
  if (kind === 'passkey') {
    if (response === undefined || code !== undefined)
      throw needed('/response', 'A passkey needs its response, and no code.')
    return { kind, response }
  }
  if (code === undefined || response !== undefined)
    throw needed('/code', 'This factor needs its code, and no response.')
  return { kind, code }
}

function needed(pointer: string, detail: string): Failure {
  return invalidFields({ pointer, code: 'required', detail })
}

export const FactorKindName = Type.Enum(factorKinds, {
  title: 'FactorKind',
  description: 'The kind of factor',
})

export const FactorView = Type.Object(
  {
    id: Uuid('The id of the factor'),
    kind: FactorKindName,
    name: Type.String({ description: 'The name that its owner has given it' }),
    created_at: Time('When its owner added it'),
    last_used_at: Nullable(Time('When it was last used'), { description: 'Null if it was never used' }),
    synced: Nullable(
      Type.Boolean({ description: 'Whether a provider copies it to other devices of its owner' }),
      { description: 'Null if that is not known' },
    ),
  },
  {
    title: 'Factor',
    description: 'A second factor that its owner has added',
    examples: [
      {
        id: exampleId,
        kind: 'totp',
        name: 'Authenticator app',
        created_at: exampleTime,
        last_used_at: exampleTime,
        synced: null,
      },
    ],
  },
)
export type FactorView = Static<typeof FactorView>

export function factorView({ id, kind, name, createdAt, lastUsedAt, synced }: Factor): FactorView {
  return {
    id,
    kind,
    name,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
    synced,
  }
}

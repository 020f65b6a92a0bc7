import Type, { type Static } from 'typebox'
import { Nullable } from '../../../platform/http/fields.ts'
import { answerFields, encoded } from '../factors/schema.ts'
import { ceremonyMinutes, ceremonyMs } from './ceremonies/model.ts'

const flowLengthMax = 12_000

/** In examples. The server does not know it. */
export const exampleFlow = 'pxw_1uH7wQm0ZcXb5tKe9sVfJ2rLd8nGy4pTa6oBi3xWk-E'
const exampleChallenge = 'q3Zk9uQm0ZcXb5tKe9sVfJ2rLd8nGy4pTa6oBi3xWkE'
const exampleCredential = { id: 'dGhpcyBpcyBhbiBpZA', type: 'public-key', transports: ['internal', 'hybrid'] }

export const flowField = Type.String({
  maxLength: flowLengthMax,
  description: `The \`flow\` of the answer with the options. It works once, for ${ceremonyMinutes} minutes.`,
})

/** In examples. No authenticator has made it. */
export const exampleNewPasskey = {
  id: 'dGhpcyBpcyBhbiBpZA',
  rawId: 'dGhpcyBpcyBhbiBpZA',
  type: 'public-key' as const,
  clientExtensionResults: {},
  response: {
    clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0',
    attestationObject: 'o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVik',
    transports: ['internal', 'hybrid'],
  },
}

/** Every member that `toJSON()` has (WebAuthn Level 3 §5.1.8). */
export const NewPasskey = Type.Object(
  {
    ...answerFields,
    response: Type.Object(
      {
        clientDataJSON: encoded(4_096, 'What the browser has passed to the authenticator'),
        attestationObject: encoded(24_000, 'The new public key, and a statement about its authenticator'),
        authenticatorData: Type.Optional(
          encoded(4_096, 'A part of attestationObject. The server reads it there.'),
        ),
        publicKey: Type.Optional(
          Nullable(encoded(2_048, 'The key in another form'), {
            description: 'The server does not read it.',
          }),
        ),
        publicKeyAlgorithm: Type.Optional(
          Type.Integer({ description: 'The algorithm. The server reads it in attestationObject.' }),
        ),
        transports: Type.Optional(
          Type.Array(Type.String({ maxLength: 20, pattern: '^[a-z-]*$' }), {
            maxItems: 8,
            description: 'How the browser reaches the authenticator',
          }),
        ),
      },
      { additionalProperties: false, description: 'What the authenticator has answered' },
    ),
  },
  {
    title: 'NewPasskey',
    additionalProperties: false,
    description:
      'What `navigator.credentials.create` has returned, as `toJSON()` makes it (WebAuthn Level 3 §5.1.8)',
    examples: [exampleNewPasskey],
  },
)
export type NewPasskey = Static<typeof NewPasskey>

const Descriptor = Type.Object(
  {
    id: Type.String({ description: 'The id of the credential, in base64url' }),
    type: Type.Literal('public-key', { description: 'Always the same' }),
    transports: Type.Array(Type.String(), { description: 'How a browser reaches the authenticator' }),
  },
  { title: 'PasskeyDescriptor', description: 'The name of a passkey', examples: [exampleCredential] },
)

const timeout = Type.Integer({ description: 'How long the answer is accepted, in milliseconds' })
const challenge = Type.String({ description: 'What the authenticator signs, in base64url' })

export const RequestOptionsView = Type.Object(
  {
    challenge,
    rpId: Type.String({ description: 'The domain that the passkeys belong to' }),
    timeout,
    allowCredentials: Type.Array(Descriptor, {
      description: 'The passkeys that will do. Empty if the browser shows those that it has.',
    }),
    userVerification: Type.Literal('required', {
      description: 'The authenticator asks for a PIN, a fingerprint or a face',
    }),
  },
  {
    title: 'PasskeyRequestOptions',
    description:
      'For `navigator.credentials.get`: `PublicKeyCredential.parseRequestOptionsFromJSON` reads it (WebAuthn Level 3 §5.1.10)',
    examples: [
      {
        challenge: exampleChallenge,
        rpId: 'accounts.example.org',
        timeout: ceremonyMs,
        allowCredentials: [exampleCredential],
        userVerification: 'required',
      },
    ],
  },
)

const exampleRequestOptions = {
  challenge: exampleChallenge,
  rpId: 'accounts.example.org',
  timeout: ceremonyMs,
  allowCredentials: [],
  userVerification: 'required',
}

const exampleCreationOptions = {
  rp: { id: 'accounts.example.org', name: 'Proxima' },
  user: { id: 'AaH8QHToe1KPDz1bjm96EA', name: 'amina', displayName: 'Amina Otieno' },
  challenge: exampleChallenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: ceremonyMs,
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
  extensions: { credProps: true },
}

export const CreationOptionsView = Type.Object(
  {
    rp: Type.Object(
      {
        id: Type.String({ description: 'The domain that the passkey will belong to' }),
        name: Type.String({ description: 'The name of the service' }),
      },
      { description: 'The website' },
    ),
    user: Type.Object(
      {
        id: Type.String({ description: 'Stands for the account, in base64url' }),
        name: Type.String({ description: 'Distinguishes the accounts of a person' }),
        displayName: Type.String({ description: 'The name of the person' }),
      },
      { description: 'What the authenticator shows of the account' },
    ),
    challenge,
    pubKeyCredParams: Type.Array(
      Type.Object(
        {
          type: Type.Literal('public-key', { description: 'Always the same' }),
          alg: Type.Integer({ description: 'A COSE algorithm' }),
        },
        { description: 'A kind of key' },
      ),
      { description: 'The kinds of key that the server accepts, the best first' },
    ),
    timeout,
    excludeCredentials: Type.Array(Descriptor, {
      description: 'The passkeys that the account has. Their authenticators make no second one.',
    }),
    authenticatorSelection: Type.Object(
      {
        residentKey: Type.Literal('required', { description: 'The authenticator keeps the passkey' }),
        requireResidentKey: Type.Boolean({ description: 'The same, for older browsers' }),
        userVerification: Type.Literal('required', {
          description: 'The authenticator asks for a PIN, a fingerprint or a face',
        }),
      },
      { description: 'What the authenticator must be able to do' },
    ),
    attestation: Type.String({ description: 'Whether the authenticator states its model' }),
    extensions: Type.Object(
      { credProps: Type.Boolean({ description: 'Asks whether the passkey is discoverable' }) },
      { description: 'What else the browser is asked' },
    ),
  },
  {
    title: 'PasskeyCreationOptions',
    description:
      'For `navigator.credentials.create`: `PublicKeyCredential.parseCreationOptionsFromJSON` reads it (WebAuthn Level 3 §5.1.9)',
    examples: [exampleCreationOptions],
  },
)

export const PasskeyOptionsView = Type.Object(
  { public_key: RequestOptionsView },
  {
    title: 'PasskeyOptions',
    description: 'The options for the browser',
    examples: [{ public_key: exampleRequestOptions }],
  },
)
export type PasskeyOptionsView = Static<typeof PasskeyOptionsView>

export const SignInOptionsView = Type.Object(
  { flow: flowField, public_key: RequestOptionsView },
  {
    title: 'PasskeySignInOptions',
    description: 'The options for the browser, and the flow with which its answer is sent',
    examples: [{ flow: exampleFlow, public_key: exampleRequestOptions }],
  },
)

export const NewPasskeyOptionsView = Type.Object(
  { flow: flowField, public_key: CreationOptionsView },
  {
    title: 'NewPasskeyOptions',
    description: 'The options for the browser, and the flow with which its answer is sent',
    examples: [{ flow: exampleFlow, public_key: exampleCreationOptions }],
  },
)

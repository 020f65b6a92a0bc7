import {
  type AuthenticatorSettings,
  SoftwareAuthenticator,
  type Tampering,
} from './software-authenticator.ts'
import type { Answer, TestClient } from './test-client.ts'

export interface AddedPasskey {
  readonly authenticator: SoftwareAuthenticator
  readonly added: Answer
}

/** The public URL of test servers with passkeys: an address is no domain, and passkeys need one. */
export const passkeyOrigin = 'https://accounts.example.org'
export const passkeyEnv = { PROXIMA_PUBLIC_URL: passkeyOrigin }

/** Asks for the options to add a passkey. */
export async function startPasskey(client: TestClient, token: string): Promise<Answer> {
  return await client.send('POST', '/v1/me/factors/passkeys/options', undefined, { token })
}

/** Adds a passkey to the account. */
export async function addPasskey(
  client: TestClient,
  token: string,
  settings: Partial<AuthenticatorSettings> = {},
): Promise<AddedPasskey> {
  const authenticator = new SoftwareAuthenticator({ origin: passkeyOrigin, ...settings })
  const { body } = await startPasskey(client, token)
  const response = authenticator.create(body.public_key)
  const added = await client.post('/v1/me/factors/passkeys', { flow: body.flow, response }, { token })
  if (added.status !== 201) throw new Error(`passkeys answered ${added.text}`)
  return { authenticator, added }
}

/** Signs in with the passkey, or tries to. */
export async function signInWithPasskey(
  client: TestClient,
  authenticator: SoftwareAuthenticator,
  {
    identifier,
    mode,
    ...tampering
  }: Tampering & { readonly identifier?: string; readonly mode?: string } = {},
): Promise<Answer> {
  const { body } = await client.post('/v1/auth/passkey/options', {
    ...(identifier !== undefined && { identifier }),
  })
  const response = authenticator.get(body.public_key, tampering)
  return await client.post('/v1/auth/passkey', {
    flow: body.flow,
    response,
    ...(mode !== undefined && { mode }),
  })
}

/** Registers an account that has nothing but a passkey. */
export async function registerWithPasskey(
  client: TestClient,
  origin: string,
  fields: object,
): Promise<{ readonly authenticator: SoftwareAuthenticator; readonly answers: readonly Answer[] }> {
  const authenticator = new SoftwareAuthenticator({ origin })
  const begun = await client.post('/v1/auth/register/passkey', fields)
  const response = authenticator.create(begun.body.public_key)
  const registered = await client.post('/v1/auth/register/passkey', { flow: begun.body.flow, response })
  return { authenticator, answers: [begun, registered] }
}

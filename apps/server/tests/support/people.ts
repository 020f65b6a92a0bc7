import type { JSONWebKeySet } from 'jose'
import { type AccountId, newId, type SessionId } from '../../src/platform/kernel/ids.ts'
import type { TestClient } from './test-client.ts'

/** Somebody who signs in with a user secret, which costs no hashing, and so no time of a test. */
export interface Person extends SignedIn {
  readonly id: AccountId
  readonly username: string
  readonly secret: string
}

export interface SignedIn {
  readonly token: string
  readonly sessionId: SessionId
}

/** A new account, signed in. */
export async function newPerson(
  client: TestClient,
  username = `p-${newId().replaceAll('-', '')}`,
): Promise<Person> {
  const { status, text, body } = await client.register({ username })
  if (status !== 201) throw new Error(`register answered ${text}`)
  const { id, user_secret: secret } = body as { id: AccountId; user_secret: string }
  return { id, username, secret, ...(await signInWith(client, secret)) }
}

export async function signInWith(client: TestClient, secret: string): Promise<SignedIn> {
  const { status, text, body } = await client.post('/v1/auth/token', { user_secret: secret })
  if (status !== 200) throw new Error(`token answered ${text}`)
  const login = body as { access_token: string; session_id: SessionId }
  return { token: login.access_token, sessionId: login.session_id }
}

/** The answer to a sign-in. What the mode does not give is null there, and no test reads it. */
export interface Login {
  readonly access_token: string
  readonly refresh_token: string
  readonly session_code: string
  readonly session_id: SessionId
  readonly user: { readonly roles: readonly string[] }
}

/** Signs in with a secret, in the mode asked for. */
export async function loginWith(
  client: TestClient,
  secret: string,
  mode: 'token' | 'code' | 'cookie' = 'token',
  headers: Readonly<Record<string, string>> = {},
): Promise<Login> {
  const { status, text, body } = await client.post(
    '/v1/auth/token',
    { user_secret: secret, mode },
    { headers },
  )
  if (status !== 200) throw new Error(`token answered ${text}`)
  return body as Login
}

/** The keys that a server publishes. */
export async function keySetOf(client: TestClient): Promise<JSONWebKeySet> {
  return (await client.get('/.well-known/jwks.json')).body as JSONWebKeySet
}

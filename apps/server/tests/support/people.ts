import type { JSONWebKeySet } from 'jose'
import { type AccountId, newId, type SessionId } from '../../src/platform/kernel/ids.ts'
import type { Answer, TestClient } from './test-client.ts'

/** Someone who signs in with a user secret. This needs no hashing, so it costs a test no time. */
export interface Person extends SignedIn {
  readonly id: AccountId
  /** Empty if the account has none. */
  readonly username: string
  readonly secret: string
}

/** A person, with the answers to their registration and their first sign-in. */
export interface NewPerson extends Person {
  readonly registered: Answer
  readonly login: Answer
}

export interface SignedIn {
  readonly token: string
  readonly sessionId: SessionId
}

/** Registers an account without a password, by its username or a whole body, and signs in. */
export async function newPerson(
  client: TestClient,
  given: string | object = `p-${newId().replaceAll('-', '')}`,
): Promise<NewPerson> {
  const registered = await client.register(typeof given === 'string' ? { username: given } : given)
  if (registered.status !== 201) throw new Error(`register answered ${registered.text}`)
  const { id, username, user_secret } = registered.body
  const secret = String(user_secret)
  const login = await signInBySecret(client, secret)
  return { id, username: username ?? '', secret, ...signedIn(login), registered, login }
}

export async function signInWith(client: TestClient, secret: string): Promise<SignedIn> {
  return signedIn(await signInBySecret(client, secret))
}

async function signInBySecret(client: TestClient, secret: string): Promise<Answer> {
  const login = await client.post('/v1/auth/token', { user_secret: secret })
  if (login.status !== 200) throw new Error(`token answered ${login.text}`)
  return login
}

function signedIn({ body }: Answer): SignedIn {
  return { token: body.access_token, sessionId: body.session_id }
}

/** The answer to a sign-in. Fields that do not belong to the mode are null, and no test reads them. */
export interface Login {
  readonly expires_in: number
  readonly access_token: string
  readonly refresh_token: string
  readonly session_code: string
  readonly session_id: SessionId
  readonly user: { readonly roles: readonly string[] }
}

/** Signs in with a user secret, in the given mode. */
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

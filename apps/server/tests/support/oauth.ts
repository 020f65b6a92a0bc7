import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { type JWTPayload, SignJWT } from 'jose'
import type { AccountId, ClientId } from '../../src/platform/kernel/ids.ts'
import type { Answer, TestClient } from './test-client.ts'

/** A client and what it proves who it is with. */
export interface OAuthClient {
  readonly id: ClientId
  readonly secret: string
  readonly accountId: AccountId | null
}

/** What an endpoint of OAuth answers. A test reads the members that belong to its request. */
export interface OAuthBody {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly scope: string
  readonly active: boolean
  readonly error: string
  readonly error_description: string
  readonly [name: string]: unknown
}
export type OAuthAnswer = Omit<Answer, 'body'> & { readonly body: OAuthBody }

/** What a call about clients answers. */
export interface ClientBody {
  readonly id: ClientId
  readonly client_id: ClientId
  readonly client_secret: string
  readonly service_account_id: AccountId
  readonly scope: string
  readonly secrets: readonly { readonly id: string }[]
  readonly data: readonly { readonly client_name: string }[]
  readonly next_cursor: string | null
  readonly errors: readonly { readonly pointer: string }[]
  readonly code: string
  readonly detail: string
  readonly created_at: string
  readonly redirect_uris: readonly string[]
  readonly jwks: { readonly keys: readonly object[] }
  readonly [name: string]: unknown
}
export type ClientAnswer = Omit<Answer, 'body'> & { readonly body: ClientBody }

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The value of the header Authorization (RFC 6749 §2.3.1). */
export function basic({ id, secret }: { readonly id: string; readonly secret: string }): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}

export type Parameters = Readonly<Record<string, string>> | string

/** Sends a form to an endpoint of OAuth. */
export function postForm(
  client: TestClient,
  path: string,
  parameters: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<OAuthAnswer> {
  const body = typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return client.send('POST', path, body, { headers: { ...type, ...headers } })
}

/** Creates a client as an administrator does. */
export async function newClient(client: TestClient, token: string, fields: object): Promise<OAuthClient> {
  const answer = await client.post('/v1/clients', { client_name: 'A program', ...fields }, { token })
  if (answer.status !== 201) throw new Error(`createClient answered ${answer.text}`)
  const { client_id: id, client_secret: secret, service_account_id: accountId } = answer.body as ClientBody
  return { id, secret: secret ?? '', accountId }
}

/** An access token of the client itself. */
export async function tokenOf(client: TestClient, by: OAuthClient): Promise<string> {
  const form = { grant_type: 'client_credentials' }
  const { status, text, body } = await postForm(client, '/oauth/token', form, { authorization: basic(by) })
  if (status !== 200) throw new Error(`token answered ${text}`)
  return body.access_token
}

export interface SigningKey {
  readonly privateKey: KeyObject
  readonly alg: string
  /** The public key, with a `kid`. */
  readonly jwk: Readonly<Record<string, unknown>>
}

const kinds = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
} as const

export function newSigningKey(alg: keyof typeof kinds): SigningKey {
  const { privateKey, publicKey } = kinds[alg]()
  return { privateKey, alg, jwk: { ...publicKey.export({ format: 'jwk' }), kid: `${alg}-${randomUUID()}` } }
}

/** What a client signs to say who it is, five minutes long unless the claims say otherwise. */
export function signAssertion(
  { privateKey, alg, jwk }: SigningKey,
  { id, audience, now, claims = {}, header = {} }: AssertionOptions,
): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1_000)
  const usual = { iss: id, sub: id, aud: audience, iat: seconds, exp: seconds + 300, jti: randomUUID() }
  const payload = Object.fromEntries(
    Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
  ) as JWTPayload
  return new SignJWT(payload).setProtectedHeader({ alg, kid: String(jwk['kid']), ...header }).sign(privateKey)
}

export interface AssertionOptions {
  readonly id: string
  readonly audience: string
  readonly now: Date
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

import type { Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId, ClientId, ClientSecretId } from '../../../platform/kernel/ids.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import type { ApplicationFields } from './applications/model.ts'

export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'
export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The ways to get tokens that a client may use (RFC 7591 §2, RFC 8628 §4, RFC 8693 §2.1). */
export const grantTypes = [
  'authorization_code',
  'client_credentials',
  'refresh_token',
  'password',
  deviceCodeGrant,
  tokenExchangeGrant,
] as const
export type GrantType = (typeof grantTypes)[number]

/** The ways in which a client proves who it is (RFC 7591 §2). `none`: it cannot keep a secret. */
export const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const
export type AuthMethod = (typeof authMethods)[number]

/** One replaces the other, without a moment at which neither works. */
export const secretsMax = 2

/** Each is a program that someone maintains. */
export const clientsMax = 1_000

/** In code points. */
export const clientNameLengthMax = 200

/** In characters, all permissions together. An access token carries them, and headers are short. */
export const scopeLengthMax = 2_000

export const tooManyClients: Problem = {
  code: 'too_many_clients',
  kind: 'conflict',
  title: 'Too many clients',
  advice: `A server has at most ${clientsMax} clients. Delete one that no program uses any more.`,
  cause: 'Each program has one client, so this is more than any service has.',
}

export const tooManySecrets: Problem = {
  code: 'too_many_secrets',
  kind: 'conflict',
  title: 'Too many secrets',
  advice: `A client has at most ${secretsMax} secrets. Delete the one that no program uses any more.`,
  cause: 'Two secrets are enough to replace one by the other without an interruption.',
}

/** A program that gets tokens. */
export interface Client extends ApplicationFields {
  readonly id: ClientId
  /** The service account for which it acts; null if it acts only for the people who use it. */
  readonly accountId: AccountId | null
  readonly name: string
  readonly grantTypes: readonly GrantType[]
  /** The permissions that its tokens may have, sorted. What they do have is also what their account holds (I6). */
  readonly scope: readonly Permission[]
  readonly authMethod: AuthMethod
  /** Null unless it signs assertions. */
  readonly jwks: PublicKeySet | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** RFC 7517 §5, with public keys only. */
export interface PublicKeySet {
  readonly keys: readonly PublicKey[]
}
export type PublicKey = Readonly<Record<string, string>>

/** A client and the digests of its secrets: all that is needed to answer its requests. */
export interface AuthorizingClient {
  readonly client: Client
  readonly secretDigests: readonly string[]
}

export interface ClientSecret {
  readonly id: ClientSecretId
  readonly createdAt: Date
}

/** What an administrator decides about a client. */
export type ClientFields = ApplicationFields &
  Pick<Client, 'name' | 'grantTypes' | 'scope' | 'authMethod' | 'jwks'>

/** True if the client proves who it is with a secret. */
export function hasSecrets({ authMethod }: Pick<Client, 'authMethod'>): boolean {
  return authMethod === 'client_secret_basic' || authMethod === 'client_secret_post'
}

/** True if the client can prove who it is (RFC 6749 §2.1: a confidential client). */
export function isConfidential({ authMethod }: Pick<Client, 'authMethod'>): boolean {
  return authMethod !== 'none'
}

/** True if people sign in to the client at Proxima, with OpenID Connect (OpenID Connect Core §3.1, RFC 8628). */
export function signsPeopleIn({ grantTypes: grants }: Pick<Client, 'grantTypes'>): boolean {
  return grants.includes('authorization_code') || grants.includes(deviceCodeGrant)
}

/** The permissions in both lists, in the order of the first. */
export function common(one: readonly Permission[], other: readonly Permission[]): Permission[] {
  const known = new Set(other)
  return one.filter((permission) => known.has(permission))
}

/** A scope as OAuth writes it (RFC 6749 §3.3). */
export function scopeText(scope: readonly string[]): string {
  return scope.join(' ')
}

/** Each permission once, sorted. */
export function readScope(text: string): Permission[] {
  return [...new Set(text.split(' ').filter((each) => each !== ''))].sort() as Permission[]
}

/**
 * The algorithms with which a client may sign an assertion, in the order of the metadata. The last one is the new name of
 * `EdDSA` with this curve (RFC 9864).
 */
export const assertionAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const
export type AssertionAlgorithm = (typeof assertionAlgorithms)[number]

export const clientKeysMax = 5

/** A new secret. Only its digest is stored. */
export interface ShownSecret extends ClientSecret {
  readonly secret: string
}

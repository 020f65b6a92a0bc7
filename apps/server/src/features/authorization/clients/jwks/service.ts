import { createPublicKey, type KeyObject } from 'node:crypto'
import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { type AssertionAlgorithm, clientKeysMax, type PublicKey, type PublicKeySet } from '../model.ts'

/** Shorter ones can be factored (NIST SP 800-131A r2); longer ones make each check slow. */
const rsaBits = { min: 2_048, max: 4_096 }

/** The members that a public key of each kind has (RFC 7518 §6, RFC 8037 §2). */
const membersOf: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'x', 'y'],
  RSA: ['n', 'e'],
  OKP: ['crv', 'x'],
}
const commonMembers = ['kty', 'kid', 'alg', 'use']

/**
 * Reads a JWK Set. It keeps the members that a public key has, and refuses a private key: its owner should learn at once
 * that it has left the client (ASVS 13.3.1).
 */
export function parseKeySet(set: { readonly keys: readonly unknown[] }): Parsed<PublicKeySet> {
  const { keys } = set
  if (keys.length === 0 || keys.length > clientKeysMax)
    return refuse('key_count', `Send 1 to ${clientKeysMax} keys.`)
  const read: PublicKey[] = []
  for (const key of keys) {
    const parsed = parseKey(key)
    if (!parsed.ok) return parsed
    read.push(parsed.value)
  }
  const ids = read.map(({ kid }) => kid)
  if (read.length > 1 && (ids.includes(undefined) || new Set(ids).size < ids.length))
    return refuse('kid_needed', 'Give each of several keys a "kid" of its own.')
  return accept({ keys: read })
}

function parseKey(given: unknown): Parsed<PublicKey> {
  if (!isTexts(given)) return refuse('malformed', 'Send each key as a JWK (RFC 7517).')
  if ('d' in given || 'k' in given || 'p' in given)
    return refuse(
      'private_key',
      'This key is private or shared. Keep it to the client, and send the public key.',
    )
  const own = membersOf[given['kty'] ?? '']
  if (own === undefined) return unsuitable()
  const members = [...commonMembers, ...own].filter((name) => name in given)
  const key = Object.fromEntries(members.map((name) => [name, given[name] ?? '']))
  const algorithms = algorithmsOf(key)
  if (algorithms.length === 0 || (key['use'] ?? 'sig') !== 'sig' || (key['kid'] ?? 'x').length > 200)
    return unsuitable()
  return accept(key)
}

function unsuitable(): Parsed<PublicKey> {
  return refuse(
    'key_not_accepted',
    `Send a public key for signatures: P-256, Ed25519, or RSA with ${rsaBits.min} to ${rsaBits.max} bits.`,
  )
}

/** Some members of a JWK are lists. None of those matters here. */
function isTexts(key: unknown): key is Record<string, string> {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return false
  const { x5c: _chain, key_ops: _operations, ...rest } = key as Record<string, unknown>
  return Object.values(rest).every((value) => typeof value === 'string')
}

/** The algorithms that the key serves: those of its kind, or the one that it names (RFC 8725 §3.1). */
export function algorithmsOf(key: PublicKey): readonly AssertionAlgorithm[] {
  const object = importKey(key)
  if (object === null) return []
  const { alg } = key
  const possible = algorithmsOfKind(object)
  return alg === undefined ? possible : possible.filter((each) => each === alg)
}

export function importKey(key: PublicKey): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return null
  }
}

function algorithmsOfKind({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): AssertionAlgorithm[] {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails ?? {}
  if (asymmetricKeyType === 'ed25519') return ['EdDSA', 'Ed25519']
  // Node calls P-256 by the name that X9.62 gives it.
  if (asymmetricKeyType === 'ec') return namedCurve === 'prime256v1' ? ['ES256'] : []
  const isStrong = modulusLength >= rsaBits.min && modulusLength <= rsaBits.max
  return asymmetricKeyType === 'rsa' && isStrong ? ['RS256', 'PS256'] : []
}

import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import type { NamedJwk } from './model.ts'

/** The public keys of servers, by key id. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>

/**
 * Leaves out every key whose id is not its thumbprint (RFC 7638). So no one can put another key in the place of one that
 * a signature names.
 */
export async function trustedKeysOf(named: readonly NamedJwk[]): Promise<TrustedKeys> {
  const keys = new Map<string, KeyObject>()
  for (const { kid, jwk } of named) {
    const key = publicKeyOf(jwk)
    if (key !== null && (await calculateJwkThumbprint(key.export({ format: 'jwk' }))) === kid)
      keys.set(kid, key)
  }
  return keys
}

/** Null if it is none for ES256. */
function publicKeyOf({ kty, crv, x, y }: NamedJwk['jwk']): KeyObject | null {
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') return null
  try {
    return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  } catch {
    return null
  }
}

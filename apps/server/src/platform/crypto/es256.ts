import { type KeyObject, sign, verify } from 'node:crypto'

/**
 * Signs with ES256 (RFC 7518 §3.4: ECDSA on P-256 with SHA-256; r and s, 32 bytes each). On the event loop: it takes
 * some 30 µs, and to hand it to another thread costs as much again, on the threads that passwords are hashed on.
 * @throws TypeError if the key is for anything else: no one could verify the signature (RFC 8725 §3.1)
 */
export function signEs256(text: string, key: KeyObject): Buffer {
  // Node calls P-256 by the name that X9.62 gives it. A key of another kind has no such curve.
  if (key.type !== 'private' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new TypeError('This key cannot sign with ES256.')
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
}

/** False also for a key of another kind, and for a signature of another length (A74). */
export function isSignedEs256(text: string, signature: Uint8Array, key: KeyObject): boolean {
  if (key.type !== 'public' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature)
}

import { KeyObject, sign, type webcrypto } from 'node:crypto'
import type { CryptoKey } from 'jose'

/** By key. A key is checked and converted once, not for each token. */
const signers = new WeakMap<CryptoKey, KeyObject>()

/**
 * Signs with ES256 (RFC 7518 §3.4: ECDSA on P-256 with SHA-256; r and s, 32 bytes each). On the event loop: it takes
 * some 30 µs, and to hand it to another thread costs as much again, on the threads that passwords are hashed on.
 * @throws TypeError if the key is for anything else
 */
export function signEs256(text: string, privateKey: CryptoKey): Buffer {
  const key = signers.get(privateKey) ?? toSigner(privateKey)
  signers.set(privateKey, key)
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
}

/** A key for another use, curve or algorithm would give a signature that no one can verify (RFC 8725 §3.1). */
function toSigner(privateKey: CryptoKey): KeyObject {
  const { algorithm, type, usages } = privateKey
  const { namedCurve } = algorithm as webcrypto.EcKeyAlgorithm
  const isForEs256 = algorithm.name === 'ECDSA' && namedCurve === 'P-256'
  if (!isForEs256 || type !== 'private' || !usages.includes('sign'))
    throw new TypeError('This key cannot sign with ES256.')
  return KeyObject.from(privateKey)
}

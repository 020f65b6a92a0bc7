import { type KeyObject, sign, verify } from 'node:crypto'

/** The length of each of the two numbers of a signature. */
const numberBytes = 32

/**
 * Signs with ES256 (RFC 7518 §3.4: ECDSA on P-256 with SHA-256; r and s, 32 bytes each). On the event loop: it takes
 * some 20 µs, and to hand it to another thread costs as much again, on the threads that passwords are hashed on.
 * @throws TypeError if the key is for anything else: no one could verify the signature (RFC 8725 §3.1)
 */
export function signEs256(text: string, key: KeyObject): Buffer {
  // Node calls P-256 by the name that X9.62 gives it. A key of another kind has no such curve.
  if (key.type !== 'private' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new TypeError('This key cannot sign with ES256.')
  // With the option for this form, Node makes two errors with their stacks, which takes as long as the signature.
  return readDer(sign('sha256', Buffer.from(text), key))
}

/** @param der a sequence of two integers (RFC 3279 §2.2.3), each with its type and its length before it */
function readDer(der: Buffer): Buffer {
  const firstAt = 4
  const secondAt = firstAt + der.readUInt8(firstAt - 1) + 2
  const signature = Buffer.alloc(2 * numberBytes)
  copyNumber(der.subarray(firstAt, secondAt - 2), signature.subarray(0, numberBytes))
  copyNumber(der.subarray(secondAt), signature.subarray(numberBytes))
  return signature
}

/** An integer may be shorter, and has a zero in front if it would look negative otherwise. */
function copyNumber(integer: Buffer, number: Buffer): void {
  const bytes = integer.subarray(-numberBytes)
  number.set(bytes, numberBytes - bytes.length)
}

/** False also for a key of another kind, and for a signature of another length (A74). */
export function isSignedEs256(text: string, signature: Uint8Array, key: KeyObject): boolean {
  if (key.type !== 'public' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature)
}

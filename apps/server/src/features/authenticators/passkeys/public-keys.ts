import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { algorithms, rsaBitsMax, rsaBitsMin } from './model.ts'

/** A COSE key as a map (RFC 9052 §7). */
export interface CoseMap {
  get(label: number): unknown
}

/** RFC 9053 §7, RFC 8230 §4. */
const labels = { kty: 1, alg: 3, crv: -1, x: -2, y: -3, n: -1, e: -2 } as const
const okp = { kty: 1, alg: -8, crv: 6 } as const
const ec2 = { kty: 2, alg: -7, crv: 1 } as const
const rsa = { kty: 3, alg: -257 } as const

/**
 * True if the key is one of the accepted algorithms, on its own curve, a point of that curve, and long enough (A104, WebAuthn
 * Level 3 §5.8.5).
 */
export function isAcceptableKey(key: CoseMap): boolean {
  if (!algorithms.some((algorithm) => algorithm === key.get(labels.alg))) return false
  const jwk = jwkOf(key)
  if (jwk === null) return false
  try {
    const { asymmetricKeyDetails: details } = createPublicKey({ key: jwk, format: 'jwk' })
    const bits = details?.modulusLength
    return bits === undefined || (bits >= rsaBitsMin && bits <= rsaBitsMax)
  } catch {
    return false
  }
}

function jwkOf(key: CoseMap): JsonWebKey | null {
  const has = (expected: Readonly<Partial<Record<'alg' | 'crv' | 'kty', number>>>) =>
    Object.entries(expected).every(
      ([name, value]) => key.get(labels[name as keyof typeof expected]) === value,
    )
  const text = (label: number) => {
    const value = key.get(label)
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : ''
  }
  if (has(okp)) return { kty: 'OKP', crv: 'Ed25519', x: text(labels.x) }
  if (has(ec2)) return { kty: 'EC', crv: 'P-256', x: text(labels.x), y: text(labels.y) }
  if (has(rsa)) return { kty: 'RSA', n: text(labels.n), e: text(labels.e) }
  return null
}

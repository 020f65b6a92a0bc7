import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A key pair of the issuer, or of an attacker. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: 'ES256' | 'RS256'
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function newSigningKey(algorithm: SigningKey['algorithm'] = 'ES256'): SigningKey {
  const { privateKey, publicKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { kid: randomBytes(16).toString('base64url'), algorithm, privateKey, publicKey }
}

/** The key as it is in `/.well-known/jwks.json`. */
export function publicJwk({ kid, algorithm, publicKey }: SigningKey): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' }
}

/** The signature in the form of RFC 7518. */
export function signatureOf(input: string, { algorithm, privateKey }: SigningKey): Buffer {
  const data = Buffer.from(input)
  if (algorithm === 'RS256') return sign('sha256', data, privateKey)
  return sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
}

/** The same signature in the form of X.509, which RFC 7518 §3.4 does not allow. */
export function derSignatureOf(input: string, { privateKey }: SigningKey): Buffer {
  return sign('sha256', Buffer.from(input), privateKey)
}

export function macOf(input: string, secret: string | Buffer): Buffer {
  return createHmac('sha256', secret).update(input).digest()
}

export function publicPem({ publicKey }: SigningKey): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'

export const algorithm = 'ES256'

/** The key pair of the certificates. */
export interface SigningKey {
  readonly privateKey: CryptoKey
  /** With its thumbprint as the id (RFC 7638). */
  readonly publicJwk: JWK
}

/** A new private key, to be kept in a secret place. */
export async function createPrivateJwk(): Promise<JWK> {
  return await exportJWK((await generateKeyPair(algorithm, { extractable: true })).privateKey)
}

export async function readSigningKey(privateJwk: JWK): Promise<SigningKey> {
  const { kty = '', crv = '', x = '', y = '' } = privateJwk
  const jwk = { kty, crv, x, y }
  const privateKey = await importJWK(privateJwk, algorithm)
  if (privateKey instanceof Uint8Array) throw new Error('The key of the certificates is not a key pair.')
  return { privateKey, publicJwk: { ...jwk, kid: await calculateJwkThumbprint(jwk) } }
}

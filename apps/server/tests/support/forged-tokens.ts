import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { CryptoKey } from 'jose'

/** An ES256 key pair in two forms: for our own code, and for signing tokens by hand that our code never signs. */
export interface TestKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: CryptoKey
  readonly publicObject: KeyObject
}

export function makeTestKey(kid: string): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
  return {
    kid,
    privateKey,
    publicKey: publicKey.toCryptoKey(ecdsa, true, ['verify']),
    publicObject: publicKey,
  }
}

export function base64url(content: string | Uint8Array): string {
  return Buffer.from(content as string).toString('base64url')
}

/**
 * Makes a token with a valid ES256 signature over any header and payload. Objects become JSON, and other values stay
 * unchanged.
 */
export function forge(
  header: object | string | Uint8Array,
  payload: object | string | Uint8Array,
  key: TestKey,
): string {
  const input = `${base64url(written(header))}.${base64url(written(payload))}`
  return `${input}.${signRaw(input, key).toString('base64url')}`
}

export function signRaw(input: string, key: TestKey): Buffer {
  return sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
}

function written(content: object | string | Uint8Array): string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)
}

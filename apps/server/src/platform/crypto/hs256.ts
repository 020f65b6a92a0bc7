import { createHmac, timingSafeEqual } from 'node:crypto'
import { decodeObject, InvalidJws, tokenLengthMax } from './jws.ts'

/**
 * Tokens with a shared secret (HS256), for old programs that check nothing else. Everything of Proxima's own is ES256, and
 * neither accepts a token of the other (RFC 8725 §2.1, §3.1).
 */
const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url')

export function signShared(payload: Readonly<Record<string, unknown>>, secret: string): string {
  const text = `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`
  return `${text}.${signatureOf(text, secret)}`
}

/** True if the token has the header of ours, which no other token has. It may still be forged. */
export function isShared(token: string): boolean {
  return token.startsWith(`${header}.`)
}

/**
 * The payload of a token that `signShared` made with this secret. A header is accepted only as it is written, to the
 * letter, so it brings no algorithm and no key (A65 to A69).
 * @throws InvalidJws
 */
export function verifyShared(token: string, secret: string): Readonly<Record<string, unknown>> {
  if (token.length > tokenLengthMax) throw new InvalidJws('longer than any of ours')
  const [first, payload, signature, ...more] = token.split('.', 4)
  if (first !== header || payload === undefined || signature === undefined || more.length > 0)
    throw new InvalidJws('not a token with a shared secret')
  // Compared as texts, so a signature has one spelling; digests of equal length take equal time (ASVS 11.2.4).
  const expected = Buffer.from(signatureOf(`${first}.${payload}`, secret))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new InvalidJws('signature does not fit')
  return decodeObject(payload, 'payload')
}

function signatureOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

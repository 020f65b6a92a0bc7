import { type CryptoKey, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { type CurrentUser, isSeconds, readCurrentUser } from '../current-user.ts'
import type { OnMismatch } from '../mismatch-report.ts'
import { Refusal } from '../refusal.ts'
import type { Settings } from '../settings.ts'

/** A token whose signature and claims are right. It can have expired or been revoked since. */
export interface VerifiedToken {
  readonly user: CurrentUser
  readonly kid: string
  readonly issuedAtSeconds: number
  readonly validFromSeconds: number
  readonly expiresAtSeconds: number
}

export interface VerifyOptions extends Pick<Settings, 'issuer' | 'audience'> {
  /** @throws Refusal `unavailable` */
  readonly findKey: (kid: string) => Promise<CryptoKey | null>
  /** Called if the signature is right, and the issuer or the audience is another one. */
  readonly onMismatch: OnMismatch
}

/** Three parts. A JWE has five, and a JSON serialisation has none (A73, A75). */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/
/** r and s of ES256, 32 bytes each (RFC 7518 §3.4). DER has another length (A74). */
const signatureLength = 86
/** No slash, dot or quote: a key id may not look like a path, an address or a query (RFC 8725 §3.10, A68). */
const safeKid = /^[\w-]{1,128}$/

/**
 * Verifies an access token of RFC 9068, except for the time, which goes on after this.
 * @throws Refusal `invalid_token`, and what `findKey` throws
 */
export async function verifyToken(token: string, options: VerifyOptions): Promise<VerifiedToken> {
  const kid = kidOf(token)
  const key = await options.findKey(kid)
  if (key === null) throw invalid('no such key')
  const { issuer, audience, onMismatch } = options
  try {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      // The only algorithm and the only type (RFC 8725 §3.1 and §3.11): nothing else passes for an access token (A65, A70).
      algorithms: ['ES256'],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'sub', 'sid', 'client_id', 'jti', 'auth_time'],
      // The time is compared for each request, and the lists of audiences below.
      currentDate: new Date(0),
      clockTolerance: Number.MAX_SAFE_INTEGER,
    })
    // Proxima issues no list. Each of several audiences could use the token at the others (RFC 8725 §3.9, A71).
    if (payload.aud !== audience) {
      onMismatch('aud', payload.aud)
      throw invalid('another audience')
    }
    return readToken(payload, kid)
  } catch (error) {
    // jose compares the claims after the signature.
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
      onMismatch('iss', error.payload.iss)
    if (error instanceof errors.JOSEError) throw invalid(error.message, error)
    throw error
  }
}

function kidOf(token: string): string {
  if (!compactForm.test(token) || !isCanonical(token)) throw invalid('not in compact form')
  const signature = token.slice(token.lastIndexOf('.') + 1)
  if (signature.length !== signatureLength) throw invalid('the signature has another length')
  const { kid } = headerOf(token)
  // Before the key is looked up: a bad id must not cost the server a request.
  if (typeof kid !== 'string' || !safeKid.test(kid)) throw invalid('kid is missing or unsafe')
  return kid
}

function headerOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const header = decodeProtectedHeader(token)
    if (header.alg !== 'ES256') throw invalid('another algorithm')
    return header
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw invalid('the header cannot be read', error)
  }
}

/** The unused bits of the last character are 0, so that a token has one spelling only (RFC 4648 §3.5, A73). */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => {
    const unused = part.length % 4
    if (unused === 1) return false
    return unused === 0 || (unused === 2 ? /[AQgw]$/ : /[AEIMQUYcgkosw048]$/).test(part)
  })
}

function readToken(payload: Readonly<Record<string, unknown>>, kid: string): VerifiedToken {
  const { exp, iat, nbf = iat } = payload
  if (!isSeconds(exp) || !isSeconds(iat) || !isSeconds(nbf))
    throw invalid('a time is not a number of seconds')
  const user = readCurrentUser(payload)
  if (user === null || user.sessionId === null) throw invalid('a claim is missing or of another kind')
  if (user.permissions === null && payload['permissions_truncated'] !== true)
    throw invalid('permissions is missing')
  return {
    user,
    kid,
    issuedAtSeconds: iat,
    validFromSeconds: Math.max(iat, nbf),
    expiresAtSeconds: exp,
  }
}

function invalid(reason: string, cause?: unknown): Refusal {
  return new Refusal('invalid_token', { reason, cause })
}

import { compactVerify, errors } from 'jose'
import { decodeObject, InvalidJws, tokenLengthMax } from '../../../platform/crypto/jws.ts'
import { hourMs } from '../../../platform/kernel/durations.ts'
import { type ClientId, isId } from '../../../platform/kernel/ids.ts'
import { clockToleranceSeconds } from '../../../platform/kernel/time-bounds.ts'
import { algorithmsOf, importKey } from '../../authorization/clients/jwks/service.ts'
import {
  type AssertionAlgorithm,
  assertionAlgorithms,
  type PublicKey,
} from '../../authorization/clients/model.ts'

/** An assertion works once, and its id is stored until it expires: a client must not fill the table (RFC 7523 §3). */
export const assertionLifeSecondsMax = 600

/** If the clock is set back by less, an assertion still works only once (I1). */
const clockSetBackMaxMs = hourMs

/** How a client says in a signed text who it is (RFC 7523 §3). Nothing in it is proved before `isSigned`. */
export interface Assertion {
  readonly clientId: ClientId
  /** The `jti`. */
  readonly id: string
  /** Until then, the server remembers that it was used. */
  readonly forgetAt: Date
  readonly algorithm: AssertionAlgorithm
  readonly kid: string | null
  readonly text: string
}

export interface Expected {
  /** The issuer and the endpoints. An assertion for another server must not work here (I10). */
  readonly audiences: readonly string[]
  readonly now: Date
}

/** Its message is the reason. It is for the log, not for the caller. */
export class InvalidAssertion extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause })
    this.name = 'InvalidAssertion'
  }
}

/** @throws InvalidAssertion */
export function readAssertion(text: string, expected: Expected): Assertion {
  const { header, payload } = decode(text)
  const { alg, kid, typ } = header
  const algorithm = assertionAlgorithms.find((each) => each === alg)
  if (algorithm === undefined) throw new InvalidAssertion('alg is not one of ours')
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > 200))
    throw new InvalidAssertion('kid is not a short text')
  // An access token or an ID token must not pass for an assertion (RFC 8725 §3.11).
  if (typ !== undefined && !(typeof typ === 'string' && assertionTypes.includes(typ.toLowerCase())))
    throw new InvalidAssertion('typ is that of another kind of token')
  // A parameter that changes the meaning of the token. The keys in a header (jwk, jku, x5c) are not read (A69).
  if ('crit' in header || 'b64' in header || 'zip' in header) throw new InvalidAssertion('an extension')
  return { ...readClaims(payload, expected), algorithm, kid: kid ?? null, text }
}

const assertionTypes = ['jwt', 'client-authentication+jwt']

function decode(text: string): {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
} {
  const [header, payload, signature, ...more] = text.split('.', 4)
  if (text.length > tokenLengthMax || !header || !payload || !signature || more.length > 0)
    throw new InvalidAssertion('not three parts')
  try {
    return { header: decodeObject(header, 'header'), payload: decodeObject(payload, 'payload') }
  } catch (error) {
    if (error instanceof InvalidJws) throw new InvalidAssertion(error.message)
    throw error
  }
}

function readClaims(
  { iss, sub, aud, exp, nbf, iat, jti }: Readonly<Record<string, unknown>>,
  { audiences, now }: Expected,
): Pick<Assertion, 'clientId' | 'id' | 'forgetAt'> {
  const nowSeconds = now.getTime() / 1_000
  if (typeof sub !== 'string' || !isId<ClientId>(sub) || iss !== sub)
    throw new InvalidAssertion('iss and sub are not the id of a client')
  const named = [aud].flat()
  if (named.length === 0 || !named.every((each) => audiences.includes(String(each))))
    throw new InvalidAssertion('aud is another server')
  if (typeof exp !== 'number' || exp <= nowSeconds) throw new InvalidAssertion('exp is missing or past')
  if (exp > nowSeconds + assertionLifeSecondsMax + clockToleranceSeconds)
    throw new InvalidAssertion('exp is too far away')
  for (const time of [nbf, iat])
    if (time !== undefined && !(typeof time === 'number' && time <= nowSeconds + clockToleranceSeconds))
      throw new InvalidAssertion('nbf or iat is in the future')
  if (typeof jti !== 'string' || jti === '' || jti.length > 255)
    throw new InvalidAssertion('jti is not a short text')
  return { clientId: sub, id: jti, forgetAt: new Date(Math.ceil(exp * 1_000) + clockSetBackMaxMs) }
}

/** True if one of the keys has signed the assertion. */
export async function isSigned(
  { algorithm, kid, text }: Assertion,
  keys: readonly PublicKey[],
): Promise<boolean> {
  const possible = keys.filter(
    (key) => (kid === null || (key['kid'] ?? kid) === kid) && algorithmsOf(key).includes(algorithm),
  )
  for (const key of possible) if (await verifies(text, key, algorithm)) return true
  return false
}

async function verifies(text: string, jwk: PublicKey, algorithm: AssertionAlgorithm): Promise<boolean> {
  const key = importKey(jwk)
  if (key === null) return false
  try {
    await compactVerify(text, key, { algorithms: [algorithm] })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

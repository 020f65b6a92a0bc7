import type { KeyObject } from 'node:crypto'
import { type CryptoKey, compactVerify, errors } from 'jose'
import { parseStrictJson, StrictJsonError } from '../kernel/strict-json.ts'
import { signEs256 } from './es256.ts'

/**
 * Signed tokens: ES256 in compact form and nothing else of JOSE. There is no algorithm to choose, so none can be
 * confused (RFC 8725 §3.1), and a header may hold only what we write in it. Everything else is refused before a key is
 * looked up.
 */
const algorithm = 'ES256'

/** In characters. Ours have about 600. No caller can make us decode more than fits into the headers of a request. */
export const tokenLengthMax = 8192

/** r and s, 32 bytes each (RFC 7518 §3.4): DER and truncated signatures have another length (A74). */
const signatureBytes = 64

const jsonDepthMax = 8

export interface JwsHeader {
  readonly kid: string
  readonly typ: string
}

export interface VerifiedJws {
  readonly header: JwsHeader
  readonly payload: Readonly<Record<string, unknown>>
}

export interface VerifyOptions {
  /** The only `typ` that is accepted, so that no token passes for another kind (RFC 8725 §3.11). */
  readonly typ: string
  /** The public key of that id, or null. Never called with more than 128 letters, digits, `_` and `-`. */
  readonly findKey: (kid: string) => Promise<CryptoKey | KeyObject | null>
}

/** The message is the reason, for the log and not for the caller. It holds nothing from the token. */
export class InvalidJws extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'InvalidJws'
  }
}

/** Throws a RangeError if the token would be longer than `verifyCompact` accepts. */
export async function signCompact(
  header: JwsHeader,
  payload: Readonly<Record<string, unknown>>,
  privateKey: KeyObject,
): Promise<string> {
  const { kid, typ } = header
  const text = `${encodePart({ alg: algorithm, kid, typ })}.${encodePart(payload)}`
  const token = `${text}.${signEs256(text, privateKey).toString('base64url')}`
  if (token.length > tokenLengthMax) throw new RangeError(`A token may have ${tokenLengthMax} characters.`)
  return token
}

function encodePart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/**
 * Throws InvalidJws for a bad token. Errors of `findKey` pass through: if the store fails, that says nothing about the
 * token.
 */
export async function verifyCompact(token: string, { typ, findKey }: VerifyOptions): Promise<VerifiedJws> {
  if (token.length > tokenLengthMax) throw new InvalidJws('longer than any of ours')
  // Five parts are a JWE, and a JSON serialisation has none (A75, A73).
  const [headerPart, payloadPart, signaturePart, ...more] = token.split('.', 4)
  if (
    headerPart === undefined ||
    payloadPart === undefined ||
    signaturePart === undefined ||
    more.length > 0
  ) {
    throw new InvalidJws('not three parts')
  }
  const header = readHeader(decodeObject(headerPart, 'header'), typ)
  const payload = decodeObject(payloadPart, 'payload')
  if (decodePart(signaturePart, 'signature').length !== signatureBytes) {
    throw new InvalidJws('signature is not 64 bytes')
  }
  const key = await findKey(header.kid)
  if (key === null) throw new InvalidJws('unknown kid')
  if (!(await verifySignature(token, key))) throw new InvalidJws('signature does not fit')
  return { header, payload }
}

/**
 * Checks the ES256 signature only, not what is signed; use `verifyCompact`. Both values of s pass, because RFC 7518 §3.4
 * does not require the low one. The text of a token must therefore not serve as its id.
 */
export async function verifySignature(token: string, publicKey: CryptoKey | KeyObject): Promise<boolean> {
  try {
    await compactVerify(token, publicKey, { algorithms: [algorithm] })
    return true
  } catch (error) {
    // Any other error, such as a key of the wrong kind, is our own fault and proves nothing about the token.
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

// No slash, dot or quote: a kid may not look like a path, an address or a query (A68; RFC 8725 §3.10).
const safeKid = /^[\w-]{1,128}$/

/**
 * Exactly these three parameters. So `jku`, `x5u`, `jwk` and `x5c` bring no keys and fetch nothing (A69), and
 * `crit`, `b64` and `zip` change no meaning (A73, A75).
 */
function readHeader(header: Readonly<Record<string, unknown>>, expectedTyp: string): JwsHeader {
  const { alg, kid, typ, ...others } = header
  if (Object.keys(others).length > 0)
    throw new InvalidJws('header has other parameters than alg, kid and typ')
  if (alg !== algorithm) throw new InvalidJws('alg is not ES256')
  if (typeof kid !== 'string' || !safeKid.test(kid)) throw new InvalidJws('kid is missing or unsafe')
  // Compared exactly, although media types ignore case, because we write only one spelling.
  if (typ !== expectedTyp) throw new InvalidJws('typ is not the expected one')
  return { kid, typ: expectedTyp }
}

type Part = 'header' | 'payload' | 'signature'

/** Canonical base64url only (RFC 7515 §2): no padding, no whitespace, no stray bits. */
function decodePart(text: string, part: Part): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new InvalidJws(`${part} is not canonical base64url`)
  return bytes
}

// A byte order mark is kept, which is not valid JSON. Without it, the token would have a second spelling.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads the header or the payload of a token. @throws InvalidJws */
export function decodeObject(text: string, part: Part): Readonly<Record<string, unknown>> {
  const value = parseJson(decodePart(text, part), part)
  if (!isObject(value)) throw new InvalidJws(`${part} is not a JSON object`)
  return value
}

/** Refuses repeated names: RFC 7515 §4 allows keeping the last one, but another reader may keep the first. */
function parseJson(bytes: Buffer, part: Part): unknown {
  try {
    return parseStrictJson(utf8.decode(bytes), { depthMax: jsonDepthMax })
  } catch (error) {
    if (error instanceof StrictJsonError)
      throw new InvalidJws(`${part}: JSON that is broken, ambiguous or too deep`)
    if (error instanceof TypeError) throw new InvalidJws(`${part} is not UTF-8`)
    throw error
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

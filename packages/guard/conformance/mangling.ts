import { deflateRawSync } from 'node:zlib'
import { derSignatureOf, macOf, publicJwk, publicPem, type SigningKey, signatureOf } from './signing-key.ts'

/** A token before it is changed: what it says, as JSON, and the keys that there are. */
export interface TokenParts {
  readonly header: string
  readonly payload: string
  /** The key that signs it. */
  readonly key: SigningKey
}

type Mangle = (parts: TokenParts) => string

/** The number of points of P-256 (NIST SP 800-186 §3.2.1.3). Both numbers of a signature are below it. */
const groupOrder = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
const zero = Buffer.alloc(32)
const one = Buffer.concat([Buffer.alloc(31), Buffer.of(1)])

export function encode(content: string | Buffer): string {
  return Buffer.from(content as string).toString('base64url')
}

/** A token with a valid signature over any text of a header and a payload. */
function signed(input: string, key: SigningKey): string {
  return `${input}.${encode(signatureOf(input, key))}`
}

function membersOf(json: string): Record<string, unknown> {
  return JSON.parse(json) as Record<string, unknown>
}

function inputOf({ header, payload }: TokenParts): string {
  return `${encode(header)}.${encode(payload)}`
}

export function compact(parts: TokenParts): string {
  return signed(inputOf(parts), parts.key)
}

const withSignature =
  (signature: Buffer | string): Mangle =>
  (parts) =>
    `${inputOf(parts)}.${typeof signature === 'string' ? signature : encode(signature)}`

/** Changes the header before it is encoded and signed. */
const withHeader =
  (change: (header: Record<string, unknown>, key: SigningKey) => object): Mangle =>
  (parts) => {
    const header = membersOf(parts.header)
    return compact({ ...parts, header: JSON.stringify(change(header, parts.key)) })
  }

const withPayload =
  (change: (payload: string) => string | Buffer): Mangle =>
  ({ header, payload, key }) =>
    signed(`${encode(header)}.${encode(change(payload))}`, key)

/** A MAC in place of the signature, with a secret that everyone knows. */
const withMac =
  (secretOf: (key: SigningKey) => string | Buffer): Mangle =>
  (parts) => {
    const input = inputOf({ ...parts, header: JSON.stringify({ ...membersOf(parts.header), alg: 'HS256' }) })
    return `${input}.${encode(macOf(input, secretOf(parts.key)))}`
  }

/** The same bytes in another spelling: a spare bit of the last character is set. */
function strayBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1)
}

/** The payload with so many spaces at its end that base64 needs one `=`, or two. */
function uneven(payload: string): string {
  return payload.padEnd(payload.length + ((4 - (payload.length % 3)) % 3))
}

const encodedOtherwise =
  (change: (encoded: string) => string): Mangle =>
  ({ header, payload, key }) =>
    signed(`${encode(header)}.${change(encode(uneven(payload)))}`, key)

/** Ways to break a token, by their name in a case. */
export const manglings: Readonly<Record<string, Mangle>> = {
  unsigned: withSignature(''),
  'tampered payload': (parts) => {
    const [header = '', , signature = ''] = compact(parts).split('.')
    const payload = { ...membersOf(parts.payload), roles: ['admin'], permissions: ['reports:read'] }
    return `${header}.${encode(JSON.stringify(payload))}.${signature}`
  },
  'tampered signature': (parts) => {
    const signature = signatureOf(inputOf(parts), parts.key)
    signature[5] = (signature[5] ?? 0) ^ 1
    return withSignature(signature)(parts)
  },
  'DER signature': (parts) => withSignature(derSignatureOf(inputOf(parts), parts.key))(parts),
  'signature of zeros': withSignature(Buffer.concat([zero, zero])),
  'signature with r = 0 and s = 1': withSignature(Buffer.concat([zero, one])),
  'signature with r = 1 and s = 0': withSignature(Buffer.concat([one, zero])),
  'signature of the group order': withSignature(Buffer.concat([groupOrder, groupOrder])),
  'signature of ones': withSignature(Buffer.alloc(64, 0xff)),
  'signature cut short': (parts) =>
    withSignature(signatureOf(inputOf(parts), parts.key).subarray(0, 63))(parts),
  'signature lengthened': (parts) =>
    withSignature(Buffer.concat([signatureOf(inputOf(parts), parts.key), Buffer.of(0)]))(parts),
  'signature twice': (parts) => {
    const signature = signatureOf(inputOf(parts), parts.key)
    return withSignature(Buffer.concat([signature, signature]))(parts)
  },
  'signature with stray bits': (parts) => strayBits(compact(parts)),
  'signature padded': (parts) => `${compact(parts)}==`,
  'payload padded': encodedOtherwise((encoded) => encoded + '='.repeat((4 - (encoded.length % 4)) % 4)),
  'payload with stray bits': encodedOtherwise(strayBits),
  'payload in plain base64': ({ header, payload, key }) => {
    const text = JSON.stringify({ ...membersOf(payload), x: '>>>>>>???' })
    return signed(`${encode(header)}.${Buffer.from(text).toString('base64').replaceAll('=', '')}`, key)
  },
  'header padded': ({ header, payload, key }) => {
    const padded = Buffer.from(uneven(header)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
    return signed(`${padded}.${encode(payload)}`, key)
  },
  'one part': (parts) => inputOf(parts).replace(/\..*/, ''),
  'two parts': inputOf,
  'four parts': (parts) => `${compact(parts)}.${encode('{}')}`,
  'header twice': (parts) => `${encode(parts.header)}.${compact(parts)}`,
  'empty parts': () => '..',
  'detached payload': (parts) => compact(parts).replace(/\..*\./, '..'),
  'unencoded payload': ({ header, payload, key }) => {
    const head = encode(JSON.stringify({ ...membersOf(header), b64: false, crit: ['b64'] }))
    return `${head}..${encode(signatureOf(`${head}.${payload}`, key))}`
  },
  'JSON serialisation': (parts) => {
    const [head, payload, signature] = compact(parts).split('.')
    return JSON.stringify({ payload, signatures: [{ protected: head, signature }] })
  },
  'flattened JSON serialisation': (parts) => {
    const [head, payload, signature] = compact(parts).split('.')
    return JSON.stringify({ payload, protected: head, signature })
  },
  encrypted: ({ header }) => {
    const { kid } = membersOf(header)
    const head = encode(
      JSON.stringify({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'AAAA', kid }),
    )
    return `${head}.AAAA.AAAA.AAAA.AAAA`
  },
  compressed: (parts) => {
    const header = JSON.stringify({ ...membersOf(parts.header), zip: 'DEF' })
    const payload = encode(deflateRawSync(parts.payload))
    return signed(`${encode(header)}.${payload}`, parts.key)
  },
  'unknown critical extension': withHeader((header) => ({ ...header, crit: ['exp'], exp: 1 })),
  'empty list of extensions': withHeader((header) => ({ ...header, crit: [] })),
  'payload in a list': withPayload((payload) => `[${payload}]`),
  'payload null': withPayload(() => 'null'),
  'payload text': withPayload(() => '"payload"'),
  'payload empty': withPayload(() => ''),
  'payload cut short': withPayload((payload) => payload.slice(0, -1)),
  'payload not UTF-8': withPayload((payload) =>
    Buffer.concat([Buffer.from(payload.slice(0, -1)), Buffer.from(',"x":"\xff"}', 'latin1')]),
  ),
  'payload too deep': withPayload(
    (payload) => `${payload.slice(0, -1)},"x":${'['.repeat(2_000)}${']'.repeat(2_000)}}`,
  ),
  'header not JSON': ({ payload, key }) => signed(`${encode('{')}.${encode(payload)}`, key),
  'MAC with the public key as PEM': withMac(publicPem),
  'MAC with the PEM without its last line break': withMac((key) => publicPem(key).trim()),
  'MAC with the public key as JWK': withMac((key) => JSON.stringify(publicJwk(key))),
  'MAC with an empty secret': withMac(() => ''),
  'MAC under the name ES256': (parts) => {
    const input = inputOf(parts)
    return `${input}.${encode(macOf(input, publicPem(parts.key)))}`
  },
}

import { sign } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { base64url, forge, signRaw } from '../../../tests/support/forged-tokens.ts'
import {
  expectRefusedBeforeKey,
  header,
  ourKey,
  payload,
  verify,
} from '../../../tests/support/jws-verdicts.ts'
import { verifySignature } from './jws.ts'

describe('a second encoding of a token', () => {
  const token = forge(header, payload, ourKey)
  const [head = '', body = '', signature = ''] = token.split('.')

  it.each([
    ['the payload', header, '{"sub":"ada","roles":["user"],"roles":["admin"]}'],
    ['the payload, escaped', header, '{"sub":"ada","s\\u0075b":"eve"}'],
    ['the header', '{"alg":"none","alg":"ES256","kid":"key-1","typ":"at+jwt"}', payload],
    ['the prototype', header, '{"sub":"ada","__proto__":{"roles":["admin"]}}'],
  ])('A73: refuses doubled or dangerous names in %s', async (_where, forgedHeader, forgedPayload) => {
    await expectRefusedBeforeKey(forge(forgedHeader, forgedPayload, ourKey), /ambiguous/)
  })

  it('A73: refuses every other spelling of the same signature', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spellings = alphabet
      .split('')
      .map((last) => signature.slice(0, -1) + last)
      .filter(
        (other) =>
          other !== signature && Buffer.from(other, 'base64url').equals(Buffer.from(signature, 'base64url')),
      )
    expect(spellings).toHaveLength(15)
    for (const other of spellings)
      await expectRefusedBeforeKey(`${head}.${body}.${other}`, /signature is not canonical/)
  })

  it.each([
    `${token}=`,
    `${token}==`,
    `${head}=.${body}.${signature}`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    `${head} .${body}.${signature}`,
    `${head}.\r\n${body}.${signature}`,
    `${token}\0`,
    `${head}.${body}!.${signature}`,
    `Bearer ${token}`,
    `"${token}"`,
    `${token}.`,
    `.${token}`,
    `${head}.${body}`,
    head,
    '',
    '..',
    '.',
    '...',
    `${head}..${signature}`,
    `.${body}.${signature}`,
  ])('A73: refuses %j', async (text) => {
    await expectRefusedBeforeKey(text, /canonical|three parts|JSON/)
  })

  it('A73: refuses the alphabet of plain base64', async () => {
    for (;;) {
      const other = forge(header, payload, ourKey)
      const plain = other.replaceAll('-', '+').replaceAll('_', '/')
      if (plain === other) continue
      return expectRefusedBeforeKey(plain, /canonical/)
    }
  })

  it('A73: refuses the JSON serialisations', async () => {
    await expectRefusedBeforeKey(JSON.stringify({ protected: head, payload: body, signature }), /three parts/)
    await expectRefusedBeforeKey(
      JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
      /three parts/,
    )
  })

  it('A73: refuses crit, and an unencoded payload', async () => {
    await expectRefusedBeforeKey(
      forge({ ...header, crit: ['exp'], exp: 1 }, payload, ourKey),
      /other parameters/,
    )
    await expectRefusedBeforeKey(forge({ ...header, crit: [] }, payload, ourKey), /other parameters/)
    await expectRefusedBeforeKey(
      forge({ ...header, b64: true, crit: ['b64'] }, payload, ourKey),
      /other parameters/,
    )
    const raw = `${base64url(JSON.stringify({ ...header, b64: false, crit: ['b64'] }))}.{"sub":"ada"}`
    await expectRefusedBeforeKey(`${raw}.${signRaw(raw, ourKey).toString('base64url')}`, /other parameters/)
  })

  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"ada"'],
    ['nothing', ''],
    ['half an object', '{"sub":'],
    ['a byte order mark first', '\ufeff{"sub":"ada"}'],
    ['too deep', `{"a":${'['.repeat(8)}${']'.repeat(8)}}`],
    ['half of a surrogate pair', '{"sub":"\\ud800"}'],
    ['no UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    ['an overlong form', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
  ])('refuses a part that is %s', async (_what, content) => {
    await expectRefusedBeforeKey(forge(header, content, ourKey), /payload/)
    await expectRefusedBeforeKey(forge(content, payload, ourKey), /header/)
  })
})

describe('an invalid signature', () => {
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
  const withSignature = (...parts: Buffer[]) => `${input}.${Buffer.concat(parts).toString('base64url')}`
  const good = signRaw(input, ourKey)

  it.each([
    ['r = s = 0', 0n, 0n],
    ['r = 0', 0n, 1n],
    ['s = 0', 1n, 0n],
    ['r = s = n', order, order],
    ['r = s = 1', 1n, 1n],
    ['all ones', 2n ** 256n - 1n, 2n ** 256n - 1n],
  ])('A74: refuses %s', async (_name, r, s) => {
    await expect(verify(withSignature(bytes(r), bytes(s)))).rejects.toThrow('signature does not fit')
  })

  it('A74: refuses DER for the raw form', async () => {
    await expectRefusedBeforeKey(
      withSignature(sign('sha256', Buffer.from(input), ourKey.privateKey)),
      /64 bytes/,
    )
  })

  it('A74: refuses a signature that is cut, lengthened, doubled or swapped', async () => {
    for (let length = 0; length < 64; length++)
      await expectRefusedBeforeKey(withSignature(good.subarray(0, length)), /64 bytes/)
    await expectRefusedBeforeKey(withSignature(good, Buffer.alloc(1)), /64 bytes/)
    await expectRefusedBeforeKey(withSignature(good, good), /64 bytes/)
    await expect(verify(withSignature(good.subarray(32), good.subarray(0, 32)))).rejects.toThrow(
      'does not fit',
    )
  })

  it('A74: accepts both values of s, so the text of a token is no id (RFC 7518 §3.4)', async () => {
    const other = order - BigInt(`0x${good.subarray(32).toString('hex')}`)
    expect(await verifySignature(withSignature(good), ourKey.publicKey)).toBe(true)
    expect(await verifySignature(withSignature(good.subarray(0, 32), bytes(other)), ourKey.publicKey)).toBe(
      true,
    )
  })
})

describe('an encrypted or compressed token', () => {
  it('A75: refuses a JWE made with our own public key', async () => {
    const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: ourKey.kid, typ: 'at+jwt' })
      .encrypt(await ecdhForm())
    expect(sealed.split('.')).toHaveLength(5)
    await expectRefusedBeforeKey(sealed, /three parts/)
  })

  it('A75: refuses two thousand million rounds of PBES2 without running one', async () => {
    const pbes2 = { alg: 'PBES2-HS256+A128KW', enc: 'A128CBC-HS256', p2c: 2 ** 31, p2s: 'c2FsdHNhbHQ' }
    await expectRefusedBeforeKey(
      [base64url(JSON.stringify(pbes2)), 'a', 'b', 'c', 'd'].join('.'),
      /three parts/,
    )
    await expectRefusedBeforeKey(forge({ ...pbes2, ...header }, payload, ourKey), /other parameters/)
    await expectRefusedBeforeKey(forge(pbes2, payload, ourKey), /other parameters/)
  })

  it('A75: refuses compression', async () => {
    await expectRefusedBeforeKey(forge({ ...header, zip: 'DEF' }, payload, ourKey), /other parameters/)
  })

  async function ecdhForm() {
    const jwk = ourKey.publicObject.export({ format: 'jwk' })
    return globalThis.crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, true, [])
  }
})

import { sign } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { base64url, forge, signRaw } from '../../../tests/support/forged-tokens.ts'
import { header, ours, payload, refuseUnasked, verify } from '../../../tests/support/jws-verdicts.ts'
import { verifySignature } from './jws.ts'

describe('a second way to write a token', () => {
  const token = forge(header, payload, ours)
  const [head = '', body = '', signature = ''] = token.split('.')

  it.each([
    ['the payload', header, '{"sub":"ada","roles":["user"],"roles":["admin"]}'],
    ['the payload, escaped', header, '{"sub":"ada","s\\u0075b":"eve"}'],
    ['the header', '{"alg":"none","alg":"ES256","kid":"key-1","typ":"at+jwt"}', payload],
    ['the prototype', header, '{"sub":"ada","__proto__":{"roles":["admin"]}}'],
  ])('A73: refuses doubled or dangerous names in %s', async (_where, forgedHeader, forgedPayload) => {
    await refuseUnasked(forge(forgedHeader, forgedPayload, ours), /ambiguous/)
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
      await refuseUnasked(`${head}.${body}.${other}`, /signature is not canonical/)
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
    await refuseUnasked(text, /canonical|three parts|JSON/)
  })

  it('A73: refuses the alphabet of plain base64', async () => {
    for (;;) {
      const other = forge(header, payload, ours)
      const plain = other.replaceAll('-', '+').replaceAll('_', '/')
      if (plain === other) continue
      return refuseUnasked(plain, /canonical/)
    }
  })

  it('A73: refuses the JSON serialisations', async () => {
    await refuseUnasked(JSON.stringify({ protected: head, payload: body, signature }), /three parts/)
    await refuseUnasked(
      JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
      /three parts/,
    )
  })

  it('A73: refuses crit, and the payload that is not encoded', async () => {
    await refuseUnasked(forge({ ...header, crit: ['exp'], exp: 1 }, payload, ours), /other parameters/)
    await refuseUnasked(forge({ ...header, crit: [] }, payload, ours), /other parameters/)
    await refuseUnasked(forge({ ...header, b64: true, crit: ['b64'] }, payload, ours), /other parameters/)
    const raw = `${base64url(JSON.stringify({ ...header, b64: false, crit: ['b64'] }))}.{"sub":"ada"}`
    await refuseUnasked(`${raw}.${signRaw(raw, ours).toString('base64url')}`, /other parameters/)
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
    await refuseUnasked(forge(header, content, ours), /payload/)
    await refuseUnasked(forge(content, payload, ours), /header/)
  })
})

describe('a signature that is none', () => {
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
  const withSignature = (...parts: Buffer[]) => `${input}.${Buffer.concat(parts).toString('base64url')}`
  const good = signRaw(input, ours)

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
    await refuseUnasked(withSignature(sign('sha256', Buffer.from(input), ours.privateObject)), /64 bytes/)
  })

  it('A74: refuses a signature that is cut, lengthened, doubled or swapped', async () => {
    for (let length = 0; length < 64; length++)
      await refuseUnasked(withSignature(good.subarray(0, length)), /64 bytes/)
    await refuseUnasked(withSignature(good, Buffer.alloc(1)), /64 bytes/)
    await refuseUnasked(withSignature(good, good), /64 bytes/)
    await expect(verify(withSignature(good.subarray(32), good.subarray(0, 32)))).rejects.toThrow(
      'does not fit',
    )
  })

  it('A74: accepts either value of s, so that a token’s text is no id (RFC 7518 §3.4)', async () => {
    const other = order - BigInt(`0x${good.subarray(32).toString('hex')}`)
    expect(await verifySignature(withSignature(good), ours.publicKey)).toBe(true)
    expect(await verifySignature(withSignature(good.subarray(0, 32), bytes(other)), ours.publicKey)).toBe(
      true,
    )
  })
})

describe('an encrypted or compressed token', () => {
  it('A75: refuses a JWE made with our own public key', async () => {
    const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: ours.kid, typ: 'at+jwt' })
      .encrypt(await ecdhForm())
    expect(sealed.split('.')).toHaveLength(5)
    await refuseUnasked(sealed, /three parts/)
  })

  it('A75: refuses two thousand million rounds of PBES2 without one', async () => {
    const pbes2 = { alg: 'PBES2-HS256+A128KW', enc: 'A128CBC-HS256', p2c: 2 ** 31, p2s: 'c2FsdHNhbHQ' }
    await refuseUnasked([base64url(JSON.stringify(pbes2)), 'a', 'b', 'c', 'd'].join('.'), /three parts/)
    await refuseUnasked(forge({ ...pbes2, ...header }, payload, ours), /other parameters/)
    await refuseUnasked(forge(pbes2, payload, ours), /other parameters/)
  })

  it('A75: refuses compression', async () => {
    await refuseUnasked(forge({ ...header, zip: 'DEF' }, payload, ours), /other parameters/)
  })

  async function ecdhForm() {
    const jwk = ours.publicObject.export({ format: 'jwk' })
    return globalThis.crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, true, [])
  }
})

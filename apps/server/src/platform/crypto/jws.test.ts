import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { base64url, forge, makeTestKey } from '../../../tests/support/forged-tokens.ts'
import {
  expectRefusedBeforeKey,
  header,
  ourKey,
  payload,
  verify,
} from '../../../tests/support/jws-verdicts.ts'
import { signCompact, verifyCompact } from './jws.ts'

const attacker = makeTestKey('attacker')

describe('a signed token', () => {
  it('is verified, and its content is unchanged', async () => {
    const token = await signCompact({ kid: ourKey.kid, typ: 'at+jwt' }, payload, ourKey.privateKey)
    expect(await verify(token)).toEqual({ header: { kid: ourKey.kid, typ: 'at+jwt' }, payload })
  })

  it('may have its header in any order and layout', async () => {
    expect(
      await verify(forge(' {"typ":"at+jwt",\r\n "kid":"key-1", "alg":"ES256"}', payload, ourKey)),
    ).toMatchObject({ payload })
  })

  it('is not signed if it would be too long to verify', async () => {
    const large = { roles: ['x'.repeat(6200)] }
    await expect(signCompact(header, large, ourKey.privateKey)).rejects.toThrow(RangeError)
    await expectRefusedBeforeKey(forge(header, large, ourKey), /longer/)
  })

  it('is neither accepted nor refused if the keys are not available', async () => {
    const failing = { typ: 'at+jwt', findKey: () => Promise.reject(new Error('database is down')) }
    await expect(verifyCompact(forge(header, payload, ourKey), failing)).rejects.toThrow('database is down')
  })
})

describe('an algorithm of the attacker’s choice', () => {
  it.each(['none', 'None', 'nOnE', 'NONE', '', null, undefined])(
    'A65: refuses alg %j, signed or not',
    async (alg) => {
      const parts = [{ ...header, alg }, payload].map((part) => base64url(JSON.stringify(part)))
      await expectRefusedBeforeKey(`${parts.join('.')}.`, /alg/)
      await expectRefusedBeforeKey(forge({ ...header, alg }, payload, ourKey), /alg/)
    },
  )

  it('A65: refuses a good header with an empty signature', async () => {
    await expectRefusedBeforeKey(forge(header, payload, ourKey).replace(/[^.]*$/, ''), /64 bytes/)
  })

  it.each(['', ' ', '\n'])(
    'A66: refuses HS256 with the public PEM as its secret, %j before it',
    async (space) => {
      const pem = space + String(ourKey.publicObject.export({ type: 'spki', format: 'pem' }))
      for (const alg of ['HS256', 'ES256']) {
        const input = `${base64url(JSON.stringify({ ...header, alg }))}.${base64url(JSON.stringify(payload))}`
        const token = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
        await expectRefusedBeforeKey(token, /alg|64 bytes/)
      }
    },
  )

  it.each([
    'HS256',
    'HS512',
    'RS256',
    'PS256',
    'ES384',
    'ES512',
    'ES256K',
    'EdDSA',
    'es256',
    'ES256 ',
    ['ES256'],
  ])('A67: refuses alg %j, whatever the key allows', async (alg) => {
    await expectRefusedBeforeKey(forge({ ...header, alg }, payload, ourKey), /alg/)
  })

  it('A67: does not use a key of another kind that the store gave by mistake', async () => {
    const { subtle } = globalThis.crypto
    const hmac = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify'])
    const p384 = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify'])
    const own = ourKey.privateKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
    for (const key of [hmac, p384.publicKey, own]) {
      const options = { typ: 'at+jwt', findKey: async () => key }
      await expect(verifyCompact(forge(header, payload, ourKey), options)).rejects.toThrow(TypeError)
    }
  })
})

describe('a key of the attacker’s choice', () => {
  it.each([
    '../../dev/null',
    "' OR 1=1 --",
    'https://evil.example/key',
    'key 1',
    'key-1\n',
    'key-1\0',
    '',
    'ключ',
    'x'.repeat(129),
    ['key-1'],
    { kid: 'key-1' },
    1,
    null,
    undefined,
  ])('A68: refuses kid %j without looking it up', async (kid) => {
    await expectRefusedBeforeKey(forge({ ...header, kid }, payload, ourKey), /kid/)
  })

  it('A68: refuses a kid of 64 KB', async () => {
    await expectRefusedBeforeKey(forge({ ...header, kid: 'x'.repeat(65_536) }, payload, ourKey), /longer/)
  })

  it.each(['__proto__', 'constructor', 'toString', 'key-2'])(
    'A68: refuses the unknown kid %s',
    async (kid) => {
      await expect(verify(forge({ ...header, kid }, payload, ourKey))).rejects.toThrow('unknown kid')
    },
  )

  it('A69: takes no key from the token and fetches none', async () => {
    let requests = 0
    const server = createServer((_request, response) => {
      requests += 1
      response.end(JSON.stringify({ keys: [attacker.publicObject.export({ format: 'jwk' })] }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
    const jwk = attacker.publicObject.export({ format: 'jwk' })
    for (const embedded of [
      { jku: url },
      { x5u: url },
      { jwk },
      { x5c: ['MIIB'] },
      { x5t: 'x' },
      { cty: 'JWT' },
    ]) {
      await expectRefusedBeforeKey(forge({ ...header, ...embedded }, payload, attacker), /other parameters/)
      await expectRefusedBeforeKey(forge({ ...header, ...embedded }, payload, ourKey), /other parameters/)
    }
    await new Promise((resolve) => server.close(resolve))
    expect(requests).toBe(0)
  })

  it('refuses a token that another key signed under our kid', async () => {
    await expect(verify(forge(header, payload, attacker))).rejects.toThrow('signature does not fit')
  })
})

describe('another kind of token', () => {
  it.each([
    'JWT',
    'jwt',
    'AT+JWT',
    'application/at+jwt',
    'logout+jwt',
    'dpop+jwt',
    '',
    null,
    undefined,
    ['at+jwt'],
  ])('A70: refuses typ %j', async (typ) => {
    await expectRefusedBeforeKey(forge({ ...header, typ }, payload, ourKey), /typ/)
  })
})

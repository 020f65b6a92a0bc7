import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CompactEncrypt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { base64url, forge, makeTestKey } from '../../../../tests/support/forged-tokens.ts'
import { Forger } from '../../../../tests/support/forger.ts'
import { keySetOf } from '../../../../tests/support/people.ts'
import { rawRequest } from '../../../../tests/support/raw-request.ts'

const stranger = makeTestKey('stranger')
const noneInEverySpelling = ['none', 'None', 'nOnE', 'NONE', '', ' none', null, undefined, false]

describe.each(engines)('an access token with a forged header on $name', (engine) => {
  let forger: Forger
  beforeAll(async () => {
    forger = await Forger.start(engine)
  })
  afterAll(async () => await forger?.server.close())

  it('is accepted without a difference', async () => {
    const me = await forger.server.client.me(forger.withHeader({}))
    expect(me.body.id).toBe(forger.person.id)
  })

  it('A65: is refused with alg none in any spelling, signed or not', async () => {
    await forger.expectHeadersRefused(noneInEverySpelling.map((alg) => ({ alg })))
    for (const alg of noneInEverySpelling) {
      const unsigned = forger.withHeader({ alg }).replace(/[^.]*$/, '')
      await forger.expectRefused(unsigned, `${alg}, unsigned`)
    }
  })

  it('A66: is refused with a MAC that uses public data as its key', async () => {
    const pem = forger.key.publicObject.export({ type: 'spki', format: 'pem' }).toString()
    const der = forger.key.publicObject.export({ type: 'spki', format: 'der' })
    const keySet = await keySetOf(forger.server.client)
    const texts = [pem, pem.trim(), `\n ${pem}`, JSON.stringify(keySet), JSON.stringify(keySet.keys[0])]
    const digests = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512', ES256: 'sha256' }
    for (const secret of [...texts, forger.key.kid, '', der, der.subarray(-65), der.subarray(-64)]) {
      for (const [alg, digest] of Object.entries(digests)) {
        const input = parts(forger.header({ alg }), forger.claims)
        const mac = createHmac(digest, secret).update(input).digest('base64url')
        await forger.expectRefused(`${input}.${mac}`, alg)
      }
    }
  })

  it('A67: is refused with any other algorithm, and with none named', async () => {
    const algs = [
      'ES384',
      'ES512',
      'ES256K',
      'RS256',
      'PS256',
      'HS256',
      'EdDSA',
      'Ed25519',
      'es256',
      'ES256 ',
    ]
    const odd = [['ES256'], { toString: 'ES256' }, 7, null, undefined]
    await forger.expectHeadersRefused([...algs, ...odd].map((alg) => ({ alg })))
  })

  it('A68: is refused with a kid that is a path, a query, a list or a name of Object', async () => {
    const { kid } = forger.key
    const paths = ['../../dev/null', '/dev/null', 'file:///dev/null', 'https://evil.example/key', '*', '%00']
    const texts = [
      "' OR 1=1 --",
      '\0',
      '',
      ' ',
      `${kid} `,
      kid.toLowerCase(),
      kid.slice(1),
      'k'.repeat(4_000),
    ]
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    const odd = [[kid], { kid }, 0, true, null, undefined]
    await forger.expectHeadersRefused([...paths, ...texts, ...names, ...odd].map((each) => ({ kid: each })))
  })

  it('A68: is refused with a kid of 64 KiB before it is read', async () => {
    const authorization = `Bearer ${forger.withHeader({ kid: 'k'.repeat(65_536) })}`
    const answer = await rawRequest(forger.server.url, '/v1/me', {
      headers: [['authorization', authorization]],
    })
    expect(answer.status).toBe(431)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'headers_too_large' })
  })

  it('A69: is refused with its own key, and no key is fetched', async () => {
    const jwk = { ...stranger.publicObject.export({ format: 'jwk' }), kid: stranger.kid, alg: 'ES256' }
    const evil = createServer()
    const asked: string[] = []
    evil.on('request', ({ url = '' }, response) => {
      asked.push(url)
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
    })
    const url = `${await listen(evil)}/keys`
    const sources = [{ jku: url }, { x5u: url }, { jwk }, { x5c: ['MIIB'] }, { x5t: 'x' }, { iss: url }]
    // Signed with a key of ours, too: what is not ignored but refused can change nothing.
    await forger.expectHeadersRefused(sources)
    for (const source of sources) {
      for (const kid of [forger.key.kid, stranger.kid, url, undefined]) {
        const token = forge(forger.header({ ...source, kid }), forger.claims, stranger)
        await forger.expectRefused(token, JSON.stringify({ ...source, kid }))
      }
    }
    const issuedThere = { ...forger.claims, iss: new URL(url).origin }
    await forger.expectRefused(forge(forger.header({ kid: stranger.kid }), issuedThere, stranger))
    expect(asked).toEqual([])
    evil.close()
  })

  it('A70: is refused as a token of another kind', async () => {
    const kinds = ['id_token+jwt', 'rt+jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt', 'reset+jwt']
    const spellings = [
      'JWT',
      'jwt',
      'AT+JWT',
      'application/at+jwt',
      'at+jwt ',
      '',
      ['at+jwt'],
      null,
      undefined,
    ]
    await forger.expectHeadersRefused([...kinds, ...spellings].map((typ) => ({ typ })))
  })

  it('A73: is refused with extensions that would change what is signed', async () => {
    await forger.expectHeadersRefused([
      { crit: ['exp'] },
      { crit: [] },
      { b64: false },
      { crit: ['b64'], b64: false },
    ])
    const [, , detached = ''] = forger
      .signed(`${part(forger.header())}.${JSON.stringify(forger.claims)}`)
      .split('.')
    await forger.expectRefused(`${part(forger.header())}..${detached}`)
  })

  it('A73: is refused in the JSON serialisations', async () => {
    const [head = '', payload = '', signature = ''] = forger.withHeader({}).split('.')
    await forger.expectRefused(JSON.stringify({ payload, protected: head, signature }))
    await forger.expectRefused(JSON.stringify({ payload, signatures: [{ protected: head, signature }] }))
  })

  it('A75: is refused if it is encrypted or compressed', async () => {
    const encrypt = new CompactEncrypt(Buffer.from(JSON.stringify(forger.claims)))
    encrypt.setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', typ: 'at+jwt', kid: forger.key.kid })
    await forger.expectRefused(await encrypt.encrypt(forger.key.publicObject))
    const slow = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'AAAAAAAAAAA' }
    await forger.expectRefused(`${part({ ...slow, kid: forger.key.kid })}.AAAA.AAAA.AAAA.AAAA`)
    await forger.expectHeadersRefused([slow, { p2c: 2 ** 31, p2s: 'AA' }, { zip: 'DEF' }, { zip: true }])
  })
})

const part = (content: object): string => base64url(JSON.stringify(content))
const parts = (header: object, payload: object): string => `${part(header)}.${part(payload)}`

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

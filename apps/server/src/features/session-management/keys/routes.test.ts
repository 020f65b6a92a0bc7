import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { forge } from '../../../../tests/support/forged-tokens.ts'
import { keySetOf, newPerson } from '../../../../tests/support/people.ts'
import { openServerKey } from '../../../../tests/support/server-key.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const coordinate = /^[\w-]{43}$/

describe.each(engines)('the published key set on $name', (engine) => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await startTestServer(engine)
    token = (await newPerson(server.client)).token
  })
  afterAll(async () => await server?.close())

  const getKeySet = () => server.client.get('/.well-known/jwks.json')

  it('has the public members of the one key, and nothing else', async () => {
    const answer = await getKeySet()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/(?:jwk-set\+)?json/)
    const x = expect.stringMatching(coordinate)
    const [key = {}] = (answer.body as JSONWebKeySet).keys
    expect(answer.body).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x,
          y: x,
          kid: await calculateJwkThumbprint(key),
          alg: 'ES256',
          use: 'sig',
        },
      ],
    })
  })

  it('shows no private member, even if the public column contains one by mistake', async () => {
    const db = openDatabase(server.databaseUrl)
    const { jwk } = await openServerKey(db)
    expect((await getKeySet()).text).not.toContain(jwk.d)
    const { kid, public_jwk } = await db.selectFrom('signing_keys').selectAll().executeTakeFirstOrThrow()
    const leaky = JSON.stringify({ ...JSON.parse(public_jwk), d: jwk.d, k: 'secret' })
    await db.updateTable('signing_keys').set({ public_jwk: leaky }).where('kid', '=', kid).execute()
    const { text } = await getKeySet()
    const [key = {}] = (await keySetOf(server.client)).keys
    await db.updateTable('signing_keys').set({ public_jwk }).where('kid', '=', kid).execute()
    await db.destroy()
    expect(text).not.toContain(jwk.d)
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })

  it('may be kept by caches for a while, and needs no credential', async () => {
    const answers = [
      await getKeySet(),
      await server.client.get('/.well-known/jwks.json', { token: 'not one' }),
    ]
    for (const { status, headers } of answers) {
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('public, max-age=60')
      expect(headers.get('set-cookie')).toBeNull()
    }
  })

  it('is sent again only if it has changed', async () => {
    const first = await getKeySet()
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{43}"$/)
    const again = await server.client.get('/.well-known/jwks.json', { headers: { 'if-none-match': etag } })
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    expect(again.headers.get('cache-control')).toBe('public, max-age=60')
    const other = { headers: { 'if-none-match': '"other"' } }
    expect((await server.client.get('/.well-known/jwks.json', other)).status).toBe(200)
  })

  it('lets another service verify our tokens with its own client', async () => {
    const remote = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`))
    const options = {
      issuer: server.url,
      audience: server.url,
      typ: 'at+jwt',
      currentDate: server.clock.now(),
    }
    const { payload, protectedHeader } = await jwtVerify(token, remote, options)
    expect(protectedHeader.alg).toBe('ES256')
    expect(payload['client_id']).toBe('proxima')
    const late = { ...options, currentDate: new Date(server.clock.now().getTime() + 901_000) }
    await expect(jwtVerify(token, remote, late)).rejects.toBeInstanceOf(errors.JWTExpired)
  })

  it('lets it refuse tokens of another key', async () => {
    const published = createLocalJWKSet(await keySetOf(server.client))
    const changed = token.replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"x"}').toString('base64url')}.`)
    await expect(jwtVerify(changed, published)).rejects.toBeInstanceOf(errors.JWSSignatureVerificationFailed)
    const db = openDatabase(server.databaseUrl)
    const key = await openServerKey(db)
    await db.destroy()
    const unknown = forge({ alg: 'ES256', kid: 'unknown', typ: 'at+jwt' }, { sub: 'x' }, key)
    await expect(jwtVerify(unknown, published)).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey)
  })
})

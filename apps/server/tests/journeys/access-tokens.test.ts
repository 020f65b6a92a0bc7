import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { FrozenClock } from '../support/frozen-clock.ts'
import { keySetOf, newPerson, type Person, signInWith } from '../support/people.ts'
import { rawRequest } from '../support/raw-request.ts'
import type { Answer } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const issuer = 'https://id.example.org'
const audience = 'https://api.example.org'
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe.each(engines)('an access token on $name', (engine) => {
  let server: TestServer
  let person: Person
  beforeAll(async () => {
    server = await startTestServer(engine, {
      clock: FrozenClock.atWholeSecond(),
      env: { PROXIMA_PUBLIC_URL: issuer, PROXIMA_AUDIENCE: audience, PROXIMA_LOG_LEVEL: 'trace' },
    })
    person = await newPerson(server.client)
  })
  afterAll(async () => await server?.close())

  const signIn = () => signInWith(server.client, person.secret)
  const newToken = async () => (await signIn()).token
  const authorize = (authorization: string) => server.client.get('/v1/me', { headers: { authorization } })

  it('has the header and the claims of RFC 9068, the session and the roles, and nothing else', async () => {
    const { token, sessionId } = await signIn()
    const [key] = (await keySetOf(server.client)).keys
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'at+jwt', alg: 'ES256', kid: key?.kid })
    const now = Math.floor(server.clock.now().getTime() / 1000)
    expect(decodeJwt(token)).toEqual({
      iss: issuer,
      aud: audience,
      sub: person.id,
      client_id: 'proxima',
      iat: now,
      exp: now + 900,
      jti: expect.stringMatching(uuidV7),
      sid: sessionId,
      roles: ['user'],
      permissions: [],
      auth_time: now,
      amr: ['user_secret'],
      acr: 'urn:proxima:aal1',
    })
  })

  it('is verified by any other service from the published key set', async () => {
    const published = createLocalJWKSet(await keySetOf(server.client))
    const options = {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      currentDate: server.clock.now(),
    }
    const { payload } = await jwtVerify(await newToken(), published, options)
    expect(payload.sub).toBe(person.id)
  })

  it('identifies the caller until the last millisecond, and then reports that it has expired', async () => {
    const token = await newToken()
    server.clock.advance(899.999)
    expect((await server.client.me(token)).body.id).toBe(person.id)
    server.clock.advance(0.001)
    const expired = await server.client.me(token)
    expect(expired.status).toBe(401)
    expect(expired.body.code).toBe('token_expired')
    expect(expired.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect((await server.client.me(await newToken())).status).toBe(200)
  })

  it('A53: is required', async () => {
    const token = await newToken()
    const headers = ['', 'Bearer', 'bearer ', `${token}`, `Token ${token}`, `DPoP ${token}`, `Basic ${token}`]
    headers.push(
      `Bearer,${token}`,
      `Bearer=${token}`,
      `Bearer:${token}`,
      `Bearer\t${token}`,
      `Bearer ${token} x`,
    )
    headers.push(`Bearer ${token}, Bearer ${token}`, `Basic YTpi, Bearer ${token}`)
    const answers = [await server.client.get('/v1/me')]
    for (const header of headers) answers.push(await authorize(header))
    for (const [index, answer] of answers.entries()) {
      expect(answer.status, headers[index - 1]).toBe(401)
      expect(answer.body.code, headers[index - 1]).toBe('unauthenticated')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  it('A53: cannot be guessed, cut short, or written otherwise', async () => {
    const token = await newToken()
    const { sid, jti, sub } = decodeJwt(token)
    const [header = '', payload = '', signature = ''] = token.split('.')
    const credentials = [
      'null',
      'undefined',
      'true',
      '0',
      '-1',
      'NaN',
      '[object',
      '{}',
      '""',
      "''",
      '.',
      '..',
      '...',
    ]
    credentials.push(
      String(sid),
      String(jti),
      String(sub),
      'pxs_',
      `pxs_${String(sid)}`,
      person.secret,
      'admin',
      '%00',
      '*',
    )
    credentials.push(
      token.slice(0, -1),
      token.slice(1),
      token.slice(0, 20),
      `${token}A`,
      `${token}.`,
      `.${token}`,
    )
    credentials.push(`${token}=`, `${token}==`, token.toLowerCase(), token.toUpperCase(), `"${token}"`)
    credentials.push(Buffer.from(token).toString('base64'), Buffer.from(token).toString('base64url'))
    credentials.push(
      encodeURIComponent(`${token} `),
      token.replaceAll('.', '%2E'),
      token.replaceAll('.', '·'),
    )
    credentials.push(
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      `${token}${token}`,
    )
    for (const credential of credentials) expectInvalid(await authorize(`Bearer ${credential}`), credential)
  })

  it('is accepted with any case of the word Bearer', async () => {
    const token = await newToken()
    for (const scheme of ['bearer', 'BEARER', 'Bearer '])
      expect((await authorize(`${scheme} ${token}`)).status).toBe(200)
  })

  it('A58: is refused with a second Authorization header, in either order', async () => {
    const good = `Bearer ${await newToken()}`
    for (const [first, second] of [
      [good, good],
      [good, 'Bearer x'],
      ['Bearer x', good],
      ['Basic YTpi', good],
      ['', good],
    ]) {
      const headers = [['authorization', first] as const, ['AUTHORIZATION', second] as const]
      const answer = await rawRequest(server.url, '/v1/me', {
        headers: headers.map(([n, v]) => [n, v ?? '']),
      })
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.text).code).toBe('malformed_request')
    }
  })

  it('A61: is read only from the Authorization header, and never logged', async () => {
    const token = await newToken()
    const queries = ['access_token', 'token', 'authorization', 'bearer', 'jwt', 'session_code']
    const answers: Answer[] = []
    for (const name of queries) answers.push(await server.client.get(`/v1/me?${name}=${token}`))
    for (const name of ['x-access-token', 'x-authorization', 'proxy-authorization', 'token'])
      answers.push(await server.client.get('/v1/me', { headers: { [name]: `Bearer ${token}` } }))
    for (const name of ['__Host-proxima', 'access_token', 'authorization'])
      answers.push(await server.client.get('/v1/me', { headers: { cookie: `${name}=${token}` } }))
    answers.push(await server.client.send('PATCH', '/v1/me', `{"access_token":"${token}"}`))
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(answer.text).not.toContain(token)
    }
    const query = await server.client.get(`/v1/me?access_token=${token}`, { token })
    expect(query.status).toBe(200)
    expect((await server.client.get(`/v1/me/${token}`, { token })).status).toBe(404)
    await server.client.get('/v1/me', { token: `${token}x` })
    const signature = token.split('.')[2] ?? ''
    expect(server.log.length).toBeGreaterThan(queries.length)
    expect(server.log.join('')).not.toContain(signature)
  })

  it('A64: keeps its answers and all refusals out of caches', async () => {
    const good = await server.client.me(await newToken())
    const answers = [good, await server.client.me('x'), await server.client.get('/v1/me')]
    answers.push(await server.client.get('/v1/me/x.css', { token: await newToken() }))
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 404])
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store')
  })

  it('A33: never opens the account of someone else, whatever the URL is', async () => {
    const token = await newToken()
    const other = await server.client.register({ username: `other-${Date.now()}` })
    const ids = [
      other.body.id,
      person.id,
      '0',
      '1',
      '-1',
      '2e9',
      '9'.repeat(40),
      'me',
      '..',
      '%2e%2e',
      '../me',
    ]
    const paths = ids.flatMap((id) => [
      `/v1/me/${id}`,
      `/v1/me/../${id}`,
      `/v1/users/${id}`,
      `/v1/accounts/${id}`,
    ])
    for (const path of paths.filter((each) => each !== '/v1/me/../me')) {
      const headers = [['authorization', `Bearer ${token}`] as const]
      const { status, text } = await rawRequest(server.url, path, { headers })
      // The same for an account that exists and for one that does not: only administrators may ask.
      const refusal = /^\/v1\/users\/[^/]+$/.test(path) ? [403, 'forbidden'] : [404, 'not_found']
      expect([status, JSON.parse(text).code], path).toEqual(refusal)
      expect(text).not.toContain(other.body.username)
    }
    for (const id of [other.body.id, '0', '-1']) {
      const me = await server.client.get(`/v1/me?id=${id}&user_id=${id}&sub=${id}`, { token })
      expect(me.body.id).toBe(person.id)
    }
  })
})

function expectInvalid(answer: Answer, credential: string): void {
  expect(answer.status, credential).toBe(401)
  expect(answer.body.code, credential).toBe('invalid_token')
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(answer.headers.get('cache-control')).toBe('no-store')
}

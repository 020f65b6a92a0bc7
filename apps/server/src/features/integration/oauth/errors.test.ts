import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectBroken } from '../../../../tests/support/broken-database.ts'
import { sqlite } from '../../../../tests/support/engines.ts'
import { postForm } from '../../../../tests/support/oauth.ts'
import { rawAnswer } from '../../../../tests/support/raw-answers.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const paths = ['/oauth/token', '/oauth/introspect', '/oauth/revoke']

/** The client checks the form of every answer. These tests provoke each kind of refusal. */
describe.each(paths)('%s answers with an error of OAuth', (path) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, {
      env: { PROXIMA_LIMITS: 'on', PROXIMA_PASSWORD_CLIENTS: 'proxima' },
    })
  })
  afterAll(async () => await server?.close())

  const form = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    postForm(server.client, path, body, headers)
  const expectInvalid = ({ status, body }: Answer, about = '') =>
    expect([status, body?.error], about).toEqual([400, 'invalid_request'])

  it('A110: to a parameter that is sent twice, known or not, and with or without a value', async () => {
    for (const body of [
      'scope=a&scope=b',
      'token=a&token=a',
      'x=1&x=2',
      'x&x',
      'sc%6fpe=a&scope=b',
      'a=&a=1',
    ])
      expectInvalid(await form(body), body)
  })

  it('A110: to parameters in the address, whether or not they are secret', async () => {
    for (const query of ['?client_secret=x', '?grant_type=client_credentials', '?', '?x=1']) {
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await server.client.send('POST', path + query, 'token=x', { headers: type })
      expectInvalid(answer, query)
    }
    expect(server.log.join('')).not.toContain('client_secret=x')
  })

  it('to a form that cannot be read', async () => {
    for (const body of ['token=%zz', 'token=%ff', 'token=%', '%00=1', 'token=a%0ab', 'token=\u0001'])
      expectInvalid(await form(body), body)
    expectInvalid(await form(Array.from({ length: 51 }, (_, index) => `p${index}=1`).join('&')))
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expectInvalid(await server.client.send('POST', path, Buffer.from([0x61, 0x3d, 0xff]), { headers }))
  })

  it('to a body of another type, and to none', async () => {
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain'])
      expectInvalid(await form('{"grant_type": "client_credentials"}', { 'content-type': type }), type)
    expectInvalid(await server.client.send('POST', path))
    expectInvalid(await form(''))
    expectInvalid(await form('token=x', { 'content-encoding': 'gzip' }))
  })

  it('to several Authorization headers', async () => {
    const text = 'grant_type=client_credentials&token=x'
    const head = [
      ...[`POST ${path} HTTP/1.1`, 'Host: a', 'Authorization: Basic YTpi', 'Authorization: Basic YTpj'],
      ...[
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${text.length}`,
        'Connection: close',
      ],
    ]
    expectInvalid(await rawAnswer(server.url, `${head.join('\r\n')}\r\n\r\n${text}`))
  })

  it('to another method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const { status, headers, body } = await server.client.send(method, path)
      expect([status, body.error]).toEqual([405, 'invalid_request'])
      expect(headers.get('allow')).toBe('POST')
    }
  })

  it('to a body that is too large', async () => {
    const { status, body } = await form(`token=${'x'.repeat(70_000)}`)
    expect([status, body.error]).toEqual([413, 'invalid_request'])
  })

  it('to a fault of the server', async () => {
    let isBroken = false
    const broken = await startTestServer(sqlite, { connect: connectBroken(() => isBroken) })
    isBroken = true
    const headers = path === '/oauth/introspect' ? { authorization: `Bearer pxs_${'x'.repeat(43)}` } : {}
    const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken, token: refreshToken }
    const { status, body } = await postForm(broken.client, path, parameters, headers)
    isBroken = false
    await broken.close()
    expect([status, body.error]).toEqual([500, 'server_error'])
  })
})

const refreshToken = `pxr_${Buffer.concat([Buffer.from('01a1fc4074e87c529a0f3d5b8e6f7a10', 'hex'), Buffer.alloc(36)]).toString('base64url')}`

describe('below /oauth', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, {
      env: { PROXIMA_LIMITS: 'on', PROXIMA_PASSWORD_CLIENTS: 'proxima' },
    })
  })
  afterAll(async () => await server?.close())

  it('an address where nothing is gets an error of OAuth, in any spelling', async () => {
    for (const path of ['/oauth/', '/oauth/authorise', '/oauth/token/', '/oauth/%zz', '/oauth/token%2f']) {
      const { status, body } = await postForm(server.client, path, 'a=b')
      expect([400, 404], path).toContain(status)
      expect(body.error, path).toBe('invalid_request')
    }
  })

  it('elsewhere, the same faults are problems', async () => {
    const { body } = await server.client.post('/v1/auth/login', {})
    expect(body.code).toBe('validation_failed')
    expect((await server.client.get('/oauth')).body.code).toBe('not_found')
  })

  it('the limit of sign-ins holds for the grant password too, and says when to try again', async () => {
    const wrong = { grant_type: 'password', username: 'nobody-here', password: 'wrong' }
    let last: Answer | null = null
    for (let tries = 0; tries < 301; tries++) last = await postForm(server.client, '/oauth/token', wrong)
    expect([last?.status, last?.body.error]).toEqual([429, 'temporarily_unavailable'])
    expect(last?.headers.get('ratelimit-policy')).toMatch(/^"login";/)
    expect(last?.headers.get('ratelimit')).toMatch(/^"login";r=0;/)
    const { status } = await server.client.login({ username: 'nobody-here', password: 'wrong' })
    expect(status).toBe(429)
    // Programs are not kept from their tokens.
    expect((await postForm(server.client, '/oauth/token', { grant_type: 'client_credentials' })).status).toBe(
      400,
    )
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import type { Answer, CallOptions } from '../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[]
}

describe('a problem', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    token = (await server.client.signUp('amina')).token
  })
  afterAll(async () => await server?.close())

  const members = ['type', 'title', 'status', 'detail', 'code', 'request_id']

  async function expectProblem(answer: Answer, status: number, code: string): Promise<void> {
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { errors, ...problem } = answer.body as ProblemBody
    expect(Object.keys(problem)).toEqual(members)
    expect(problem).toMatchObject({ status, code, request_id: answer.headers.get('x-request-id') })
    expect(problem.type).toBe(`${server.url}/docs/problems/${code}`)
    expect(errors === undefined).toBe(code !== 'validation_failed')
    const page = await server.client.get(new URL(problem.type).pathname)
    expect(page.status).toBe(200)
    expect(page.text).toContain(problem.title)
    expect(page.text).toContain(code)
  }

  function login(body?: string | Buffer, headers?: CallOptions['headers']): Promise<Answer> {
    return server.client.send('POST', '/v1/auth/login', body, headers && { headers })
  }

  const json = { 'content-type': 'application/json' }

  it.each([
    ['is not JSON', 'identifier=amina'],
    ['is cut off', '{"identifier": "amina"'],
    ['is empty', ''],
    ['is white space', ' \n'],
    ['is not UTF-8', Buffer.from('{"identifier": "\xff"}', 'latin1')],
    ['is UTF-16', Buffer.from('{"identifier": "amina"}', 'utf16le')],
    ['names a member twice', '{"identifier": "amina", "identifier": "baraka"}'],
    ['names a member twice, once in escapes', '{"identifier": "amina", "\\u0069dentifier": "baraka"}'],
    ['holds half of a surrogate pair', '{"identifier": "\\ud800"}'],
    ['nests deeper than any of ours', `{"identifier": ${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('is 400 malformed_request if the body %s', async (_what, body) => {
    await expectProblem(await login(body, json), 400, 'malformed_request')
  })

  it('A05: is 400 if a member is called __proto__, at any depth and however it is written', async () => {
    for (const body of [
      '{"__proto__": {"isAdmin": true}}',
      '{"profile": {"__proto__": {"isAdmin": true}}}',
      '{"\\u005f_proto__": {"isAdmin": true}}',
    ])
      await expectProblem(await login(body, json), 400, 'malformed_request')
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
    const nested = await login('{"constructor": {"prototype": {"isAdmin": true}}, "password": "x"}', json)
    await expectProblem(nested, 422, 'validation_failed')
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
  })

  it('is 400 if the body is missing, with a detail that names it', async () => {
    const answer = await login()
    await expectProblem(answer, 400, 'malformed_request')
    expect(answer.body.detail).toContain('body')
  })

  it('A123: is 400 for JSON a hundred thousand levels deep, without much work', async () => {
    const began = performance.now()
    await expectProblem(await login('['.repeat(32_000) + ']'.repeat(32_000), json), 400, 'malformed_request')
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('is 401 unauthenticated with a bare challenge if no credential is sent', async () => {
    for (const headers of [{}, { authorization: 'Basic YW1pbmE6eA==' }, { authorization: 'Bearer' }]) {
      const answer = await server.client.get('/v1/me', { headers })
      await expectProblem(answer, 401, 'unauthenticated')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  it('is 401 invalid_token with the error of RFC 6750 if the credential is not valid', async () => {
    for (const bad of ['x', 'a.b.c', `${token}x`]) {
      const answer = await server.client.get('/v1/me', { token: bad })
      await expectProblem(answer, 401, 'invalid_token')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
  })

  it('A61: is 401 if the credential is in the URL', async () => {
    const answer = await server.client.get(`/v1/me?access_token=${token}&token=${token}`)
    await expectProblem(answer, 401, 'unauthenticated')
  })

  it.each(['/nothing', '/v1/me/', '/V1/ME', '/v1', '//', '/docs/problems/nothing'])(
    'is 404 not_found for the address %s',
    async (path) => {
      await expectProblem(await server.client.get(path), 404, 'not_found')
    },
  )

  it('A33: is 404 for an address that is longer than any of ours', async () => {
    const answer = await server.client.get(`/docs/problems/${'a'.repeat(5_000)}`)
    await expectProblem(answer, 404, 'not_found')
  })

  it('is 400 for an address that cannot be decoded', async () => {
    for (const path of ['/%zz', '/docs/problems/%ff', '/%c0%ae'])
      await expectProblem(await server.client.get(path), 400, 'malformed_request')
  })

  it('is 413 too_large for a body over the limit, and the limit itself is not over it', async () => {
    const max = 65_536
    const body = (length: number) => `{"password": "${'a'.repeat(length - 16)}"}`
    const tooLarge = await login(body(max + 1), json)
    await expectProblem(tooLarge, 413, 'too_large')
    expect(tooLarge.body.detail).toContain('at most 65,536 bytes')
    await expectProblem(await login(body(max), json), 422, 'validation_failed')
  })

  it.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['a media type that only begins like ours', { 'content-type': 'application/jsonx' }],
    ['no media type at all', { 'content-type': '' }],
    ['what is no media type', { 'content-type': 'json' }],
    ['UTF-16', { 'content-type': 'application/json; charset=utf-16' }],
    ['Latin-1 in quotes', { 'content-type': 'application/json; charset="iso-8859-1"' }],
    ['gzip', { ...json, 'content-encoding': 'gzip' }],
    ['gzip within identity', { ...json, 'content-encoding': 'identity, gzip' }],
  ])('is 415 unsupported_media_type for %s', async (_what, headers) => {
    const good = JSON.stringify({ identifier: 'amina', password: 'correct horse battery staple' })
    await expectProblem(await login(good, headers), 415, 'unsupported_media_type')
  })

  it('does not occur if the charset is given', async () => {
    const good = JSON.stringify({ identifier: 'amina', password: 'correct horse battery staple' })
    for (const charset of ['UTF-8', '"utf-8"', 'utf-8; x=y'])
      expect((await login(good, { 'content-type': `application/json; charset=${charset}` })).status).toBe(200)
  })

  it('is 422 validation_failed with a JSON pointer for each field that breaks a rule', async () => {
    const answer = await login(JSON.stringify({ 'a/b~c': 1, username: 7, mode: 'cake' }), json)
    await expectProblem(answer, 422, 'validation_failed')
    const { errors = [] } = answer.body as ProblemBody
    expect(errors.map(({ pointer, code }) => [pointer, code])).toEqual(
      expect.arrayContaining([
        ['/a~1b~0c', 'unknown_field'],
        ['/username', 'wrong_type'],
        ['/password', 'required'],
        ['/mode', 'not_allowed'],
      ]),
    )
    for (const error of errors) expect(Object.keys(error)).toEqual(['pointer', 'code', 'detail'])
  })

  it('never quotes the request', async () => {
    const answers = [
      await login('{"identifier": canary}', json),
      await login('{"canary": 1}', json).then(({ body }) => ({ text: body.detail as string })),
      await login('{"password": ["canary"]}', json),
      await server.client.get('/canary?canary=canary'),
      await server.client.get('/v1/me', { token: 'canary' }),
    ]
    for (const { text } of answers) expect(text).not.toContain('canary')
  })

  it('is 422 for an unknown query parameter, if the call accepts a query', async () => {
    const unknown = await server.client.get('/v1/auth/availability?username=baraka&admin=1')
    await expectProblem(unknown, 422, 'validation_failed')
    const twice = await server.client.get('/v1/auth/availability?username=baraka&username=amina')
    await expectProblem(twice, 422, 'validation_failed')
  })

  it('does not occur for a query if the call accepts none', async () => {
    expect((await server.client.get('/v1/me?utm_source=x', { token })).status).toBe(200)
    expect((await server.client.get('/healthz?probe=1')).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { sendRaw } from '../../../tests/support/raw-socket.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

describe('a method', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite)
  })
  afterAll(async () => await server?.close())

  it.each([
    ['DELETE', '/healthz', 'GET, HEAD'],
    ['PUT', '/v1/me', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/v1/auth/login', 'POST'],
    ['HEAD', '/v1/auth/login', 'POST'],
    ['OPTIONS', '/v1/auth/login', 'POST'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['PATCH', '/docs/problems/not_found', 'GET, HEAD'],
  ])('that is not supported gets 405: %s %s', async (method, path, allow) => {
    const answer = await server.client.send(method, path)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe(allow)
    if (method !== 'HEAD') expect(answer.body.code).toBe('method_not_allowed')
  })

  it('that is not supported is 405 for every caller, before the body is read', async () => {
    const answer = await server.client.send('PUT', '/v1/me', 'no JSON at all')
    expect(answer.status).toBe(405)
    const traced = await sendRaw(server.url, 'TRACE /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(traced.status).toBe(405)
  })

  it('is 404 on an unknown address, whatever the method is', async () => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE'])
      expect((await server.client.send(method, '/nothing')).status, method).toBe(404)
  })

  it('cannot be changed by a header or the query', async () => {
    const headers = { 'x-http-method-override': 'PATCH', 'x-method-override': 'PATCH' }
    const answer = await server.client.send('POST', '/v1/me?_method=PATCH', '{}', { headers })
    expect(answer.status).toBe(405)
  })

  it('HEAD answers as GET does, without the body', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/v1/me', '/nothing']) {
      const got = await server.client.get(path)
      const head = await server.client.send('HEAD', path)
      expect(head.status, path).toBe(got.status)
      expect(head.text).toBe('')
      const alike = ['content-type', 'content-length', 'cache-control', 'www-authenticate']
      for (const name of alike) expect(head.headers.get(name), `${path} ${name}`).toBe(got.headers.get(name))
    }
  })
})

import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { sendRaw } from '../../../tests/support/raw-socket.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

/** A request of these lines to /healthz, which would be answered if it were well-formed. */
function request(...lines: readonly string[]): string {
  return ['GET /healthz HTTP/1.1', ...lines, '', ''].join('\r\n')
}

function post(...lines: readonly string[]): string {
  return ['POST /v1/auth/login HTTP/1.1', 'Host: x', ...lines].join('\r\n')
}

describe('a request that is not HTTP', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_PUBLIC_URL: 'https://accounts.example.org' } })
  })
  afterAll(async () => await server?.close())

  it.each([
    ['A124: is HTTP/0.9', 'GET /healthz\r\n\r\n'],
    ['is no request line', 'canary\r\n\r\n'],
    ['is the beginning of TLS', Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x00])],
    ['is the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['A124: has a method that HTTP does not know', 'CANARY /healthz HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['has a header name with a space', request('Host: x', 'Bad Header: canary')],
    ['has a header value with a control character', request('Host: x', 'X-Canary: can\0ary')],
    ['has a header folded over two lines', request('Host: x', 'X-Canary: a', ' canary')],
    ['A124: has two lengths', post('Content-Length: 4', 'Content-Length: 5', '', '{}  ')],
    [
      'A124: has a length and chunks',
      post('Content-Length: 4', 'Transfer-Encoding: chunked', '', '0\r\n\r\n'),
    ],
    ['A124: has a coding that only ends in chunked', post('Transfer-Encoding: xchunked', '', '0\r\n\r\n')],
    ['has a length that is no number', post('Content-Length: -1', '', '')],
    ['has no Host', request('X-Canary: canary')],
    ['has two Hosts', request('Host: x', 'Host: canary')],
  ])('is refused with a problem, and the connection is closed, if it %s', async (_what, bytes) => {
    const { length } = server.log
    const { status, headers, text } = await sendRaw(server.url, bytes)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(headers.get('connection')).toBe('close')
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    const requestId = headers.get('x-request-id')
    expect(JSON.parse(text)).toEqual({
      type: 'https://accounts.example.org/docs/problems/malformed_request',
      title: 'Malformed request',
      status: 400,
      detail: expect.any(String),
      code: 'malformed_request',
      request_id: requestId,
    })
    for (const name of ['content-security-policy', 'x-content-type-options', 'strict-transport-security'])
      expect(headers.has(name), name).toBe(true)
    const logged = server.log.slice(length).join('')
    expect(logged).not.toContain('canary')
    expect(logged.split('\n').filter((line) => line.includes(String(requestId)))).toHaveLength(1)
  })

  it('does no harm: the next request is answered', async () => {
    expect((await server.client.get('/healthz')).status).toBe(200)
  })

  it('does not include an unknown expectation, which is ignored (RFC 9110 §10.1.1)', async () => {
    const asked = await sendRaw(server.url, request('Host: x', 'Expect: a-canary', 'Connection: close'))
    expect(asked.status).toBe(200)
    const upgrade = request('Host: x', 'Upgrade: h2c', 'Connection: upgrade, close')
    expect((await sendRaw(server.url, upgrade)).status).toBe(200)
  })

  it('A124: does not include Expect: 100-continue, whose body is then checked like any other', async () => {
    const head = post('Content-Type: application/json', 'Content-Length: 2', 'Expect: 100-continue', '', '')
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.setEncoding('utf8').write(head)
    expect(String(await once(socket, 'data'))).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    socket.write('{}')
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 422 /)
    socket.destroy()
  })

  it('A124: does not include an address in absolute form, and neither its host nor Host has any effect', async () => {
    const get = (address: string) =>
      `GET ${address} HTTP/1.1\r\nHost: canary.example\r\nConnection: close\r\n\r\n`
    expect((await sendRaw(server.url, get('http://canary.example/healthz'))).status).toBe(200)
    const nowhere = await sendRaw(server.url, get('http://other-canary.example/v1/nothing'))
    expect(nowhere.status).toBe(404)
    expect(JSON.parse(nowhere.text).type).toBe('https://accounts.example.org/docs/problems/not_found')
    expect([...nowhere.headers].join()).not.toContain('canary')
  })

  it('A124: smuggles nothing: a request that follows it on the same connection is not answered', async () => {
    const smuggled = 'GET /canary HTTP/1.1\r\nHost: x\r\n\r\n'
    const { length } = server.log
    for (const framing of [
      ['Content-Length: 6', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked', 'Content-Length: 6'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
      ['Transfer-Encoding : chunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Content-Length: 0', 'Content-Length: 6'],
      ['Content-Length: 0, 6'],
      ['Content-Length: +6'],
      ['Content-Length: 0x6'],
    ]) {
      const bytes = `${post('Content-Type: application/json', ...framing, '', '')}0\r\n\r\n${smuggled}`
      const { status, text } = await sendRaw(server.url, bytes)
      expect(status, framing.join()).toBe(400)
      expect(text, framing.join()).not.toContain('HTTP/1.1')
    }
    expect(server.log.slice(length).filter((line) => line.includes('"method":"GET"'))).toEqual([])
  })

  it('does not include HTTP/1.0, which has no Host', async () => {
    expect((await sendRaw(server.url, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200)
  })
})

import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { connectHeld, Hold } from '../../../tests/support/held-database.ts'
import { newPerson } from '../../../tests/support/people.ts'
import { sendRaw } from '../../../tests/support/raw-socket.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

const statusesIn = (text: string) => text.match(/HTTP\/1\.1 \d+/g)?.map((line) => Number(line.slice(9)))

describe('bytes that are not a request', () => {
  let server: TestServer
  const hold = new Hold()
  beforeAll(async () => {
    server = await startTestServer(sqlite, { connect: connectHeld(hold) })
  })
  afterAll(async () => await server?.close())

  const get = (...headers: readonly string[]) =>
    ['GET /v1/me HTTP/1.1', 'Host: x', ...headers, '', ''].join('\r\n')

  it.each([17, 40])('get 431 if they are %i KB of headers', async (kilobytes) => {
    const { length } = server.log
    const cookie = `Cookie: a=${'b'.repeat(kilobytes * 1_024)}`
    const { status, headers, text } = await sendRaw(server.url, get(cookie))
    expect([status, JSON.parse(text).code]).toEqual([431, 'headers_too_large'])
    expect(headers.get('connection')).toBe('close')
    expect(server.log.slice(length).filter((line) => line.includes('"status":431'))).toHaveLength(1)
  })

  it('get 413 if the extensions of a chunk are too large', async () => {
    const head = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    const chunk = `1;${'a'.repeat(20_000)}\r\n \r\n`
    const { status, text } = await sendRaw(server.url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`)
    expect([status, JSON.parse(text).code]).toEqual([413, 'too_large'])
  })

  it('get no answer before that to the request before them, nor after it', async () => {
    const { token } = await newPerson(server.client)
    hold.begin()
    const sent = sendRaw(server.url, `${get(`Authorization: Bearer ${token}`)}canary\r\n\r\n`)
    setTimeout(() => hold.end(), 100)
    const { status, headers, text } = await sent
    expect([status, headers.get('connection')]).toEqual([200, 'close'])
    expect(text).not.toContain('HTTP/1.1')
  })

  it('get no answer if they are the body of a request that is refused already', async () => {
    const head = 'PUT /v1/nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    const { text, status } = await sendRaw(server.url, head, { more: 'not a chunk\r\n' })
    expect([status, statusesIn(text)]).toEqual([404, undefined])
  })

  it('get an answer if they are the body of a request that is being read', async () => {
    const head = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    const { status, text } = await sendRaw(
      server.url,
      `${head}Transfer-Encoding: chunked\r\n\r\nnot a chunk\r\n`,
    )
    expect([status, JSON.parse(text).code]).toEqual([400, 'malformed_request'])
  })

  it('get no answer if the connection is reset', async () => {
    const { length } = server.log
    const client = connect(Number(new URL(server.url).port), '127.0.0.1')
    client.write('GET /v1/me HTT', () => client.resetAndDestroy())
    expect((await server.client.get('/healthz')).status).toBe(200)
    expect(server.log.slice(length).filter((line) => !line.includes('/healthz'))).toEqual([])
  })
})

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import Type from 'typebox'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FrozenClock } from '../../../tests/support/frozen-clock.ts'
import type { App } from './app.ts'
import { createApp } from './create-app.ts'
import type { Timeouts } from './timeouts.ts'

/** Set the variable to 2,000 for the large test. */
const crowd = Number(process.env['PROXIMA_TEST_SLOW_CLIENTS'] ?? 200)
/** A twentieth of the usual ones. */
const timeouts: Timeouts = {
  headers: 1_000,
  silence: 3_000,
  keepAlive: 500,
  check: 100,
  body: { graceMs: 1_500, bytesPerSecondMin: 16_000, standstillMs: 750 },
  rest: 6_000,
  linger: 500,
}
const headLine = 'POST /echo HTTP/1.1\r\nHost: x\r\n'
const json = 'Content-Type: application/json\r\n'

interface SlowClient {
  readonly socket: Socket
  /** All that it was sent until the connection ended. */
  readonly ended: Promise<string>
}

describe('a client that is slow on purpose', () => {
  let app: App
  let port: number
  const clients: SlowClient[] = []
  const log: string[] = []

  beforeAll(async () => {
    const options = {
      logger: pino({}, { write: (line: string) => log.push(line) }),
      authenticate: async () => await Promise.reject(new Error('no one')),
      mustVerify: () => false,
      authenticateEnrolment: async () => {
        throw new Error('no caller')
      },
      permits: () => false,
      isFresh: () => true,
      limiter: {
        take: async () => ({ isExceeded: false, remaining: 1, resetSeconds: 1 }),
        refund: async () => undefined,
      },
      networkLimitFactor: 1,
      metricsToken: null,
      webhookSecret: null,
      clock: new FrozenClock(),
      tracing: null,
      publicUrl: () => 'http://127.0.0.1',
      isHttps: false,
      serviceName: 'Test',
      version: '0',
      bodySizeMaxBytes: 65_536,
      trustedProxies: [],
      corsOrigins: [],
      timeouts,
    }
    app = await createApp(options, async (routes) => {
      const access = 'public'
      const body = Type.Object({}, { additionalProperties: true })
      routes.post('/echo', { config: { access }, schema: { body } }, async ({ body: sent }) => sent)
      routes.post('/image', { config: { access } }, async () => 'ok')
      // More than the buffers of two sockets hold, so that who does not read it keeps it waiting.
      const large = Buffer.alloc(8_000_000)
      routes.get('/large', { config: { access } }, async () => large)
    })
    port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  })
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.destroy()
  })
  afterAll(async () => await app?.close())

  async function open(first: string, { reads = true } = {}): Promise<SlowClient> {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('error', () => undefined)
    if (reads) socket.on('data', (chunk) => chunks.push(chunk))
    // Not `once` of node:events, which rejects when the connection is reset.
    const isClosed = new Promise((resolve) => socket.once('close', resolve))
    const ended = isClosed.then(() => Buffer.concat(chunks).toString())
    await once(socket, 'connect')
    socket.write(first)
    const client = { socket, ended }
    clients.push(client)
    return client
  }

  const openCrowd = (first: string, { count = crowd, reads = true } = {}) =>
    Promise.all(Array.from({ length: count }, () => open(first, { reads })))

  /** A byte each so often, for as long as anybody listens. */
  async function drip(slow: readonly SlowClient[], text: string): Promise<void> {
    for (let at = 0; slow.some(({ socket }) => socket.writable); at++) {
      for (const { socket } of slow) if (socket.writable) socket.write(text[at % text.length] ?? '')
      await sleep(100)
    }
  }

  async function connections(): Promise<number> {
    return await new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)))
  }

  async function expectServed(): Promise<void> {
    const headers = { 'content-type': 'application/json', connection: 'close' }
    const answer = await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body: '{"a":1}', headers })
    expect([answer.status, await answer.json()]).toEqual([200, { a: 1 }])
  }

  async function expectAllRefused(slow: readonly SlowClient[]): Promise<void> {
    for (const text of await Promise.all(slow.map(({ ended }) => ended))) {
      expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
      expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n')
      expect(text).toContain('"code":"request_timeout"')
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    }
  }

  it('A124: gets no more time for its headers, however slowly it sends them, and others are served in the meantime', async () => {
    const slow = await openCrowd(headLine)
    const dripping = drip(slow, 'X-Drip: 1\r\n')
    await expectServed()
    await expectAllRefused(slow)
    await dripping
    await expectServed()
  })

  it('A124: gets no more time for its body', async () => {
    const slow = await openCrowd(`${headLine}${json}Content-Length: 60000\r\n\r\n{"a":"`)
    const dripping = drip(slow, 'x')
    await expectServed()
    await expectAllRefused(slow)
    await dripping
    await expectServed()
  })

  it('A124: gets no more time for a body in chunks', async () => {
    const chunked = await open(`${headLine}${json}Transfer-Encoding: chunked\r\n\r\n`)
    const dripping = drip([chunked], '1\r\n \r\n')
    await expectAllRefused([chunked])
    await dripping
  })

  it('A124: that stops in the middle of a body is refused', async () => {
    await expectAllRefused(await openCrowd(`${headLine}${json}Content-Length: 60\r\n\r\n{"a":"`))
  })

  it('may take long for a large body that makes progress', async () => {
    const size = 60_000
    const steady = await open(
      `POST /image HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${size}\r\n` +
        'Content-Type: application/json\r\n\r\n"',
    )
    const part = Buffer.alloc(2_000, 'a')
    for (let sent = 1; sent < size - 1; ) {
      const next = part.subarray(0, Math.min(part.length, size - 1 - sent))
      steady.socket.write(next)
      sent += next.length
      // Some 20 kB in a second, for twice as long as a body may take at any speed.
      await sleep(100)
    }
    steady.socket.write('"')
    expect(await steady.ended).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  it('that goes on sending, or stops, after its answer is disconnected', async () => {
    const head = 'PUT /refused HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    const slow = [await open(head), await open(head)] as const
    const dripping = drip([slow[0]], '1\r\n \r\n')
    for (const { ended } of slow) expect(await ended).toMatch(/^HTTP\/1\.1 404 /)
    await dripping
  })

  it('A124: that sends nothing is disconnected without an answer, which it would take for that to its next request', async () => {
    const { length } = log
    for (const text of await Promise.all((await openCrowd('')).map(({ ended }) => ended)))
      expect(text).toBe('')
    expect(log.slice(length)).toEqual([])
  })

  it('that sends nothing after an answer is disconnected without another one', async () => {
    const idle = await open('GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n')
    expect((await idle.ended).match(/HTTP\/1\.1/g)).toHaveLength(1)
    const partial = await open('GET /nothing HTTP/1.1\r\nHost: x\r\n\r\nGET /noth')
    expect((await partial.ended).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 408'])
  })

  it('A124: that does not read its answer is disconnected, and others are served in the meantime', async () => {
    // Fewer, since the kernel keeps some megabytes for each.
    await openCrowd('GET /large HTTP/1.1\r\nHost: x\r\n\r\n', { count: crowd / 10, reads: false })
    await expectServed()
    while ((await connections()) > 0) await sleep(100)
  })

  it('A124: that has its answer and sends nothing more is disconnected', async () => {
    const idle = await open(`${headLine}${json}Content-Length: 2\r\n\r\n{}`)
    expect(await idle.ended).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })
})

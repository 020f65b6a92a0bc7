import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { untilClosed } from './until-closed.ts'

describe('what is held for a request', () => {
  let server: Server
  let client: Socket
  beforeAll(async () => {
    server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => server?.close())

  async function open(
    text = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  ): Promise<[IncomingMessage, ServerResponse]> {
    const arrived = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>
    client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    client.write(text)
    return await arrived
  }

  function hold([request, response]: readonly [IncomingMessage, ServerResponse]): () => number {
    let released = 0
    untilClosed(request, response, () => {
      released += 1
    })
    return () => released
  }

  const cut = async ({ socket }: IncomingMessage) => {
    const isClosed = new Promise((done) => socket.once('close', done))
    client.resetAndDestroy()
    await isClosed
  }

  it('is returned once when the response has been sent', async () => {
    const exchange = await open()
    const released = hold(exchange)
    expect(released()).toBe(0)
    exchange[1].end()
    await expect.poll(released).toBe(1)
    await cut(exchange[0])
    expect(released()).toBe(1)
  })

  it('is returned when the client leaves', async () => {
    const exchange = await open()
    const released = hold(exchange)
    await cut(exchange[0])
    await expect.poll(released).toBe(1)
  })

  it('is returned at once if the client has left, or the response has been sent', async () => {
    const left = await open()
    await cut(left[0])
    expect(hold(left)()).toBe(1)
    const answered = await open()
    answered[1].end()
    await new Promise((done) => answered[1].once('close', done))
    expect(hold(answered)()).toBe(1)
    client.destroy()
  })

  it('is returned for each of several requests that were sent at once', async () => {
    const exchanges: [IncomingMessage, ServerResponse][] = []
    server.on('request', (request, response) => exchanges.push([request, response]))
    const line = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
    await open(line + line + line)
    const counts = exchanges.map(hold)
    expect(counts).toHaveLength(3)
    client.resetAndDestroy()
    for (const released of counts) await expect.poll(released).toBe(1)
  })

  it('is never returned by a listener of its own, which could miss the event', () => {
    const src = resolve(import.meta.dirname, '../..')
    const files = globSync('**/*.ts', { cwd: src }).filter((file) => !file.endsWith('.test.ts'))
    const listening = files.filter((file) =>
      /(?:raw|response)\.(?:on|once)\(\s*'(?:close|finish)'/.test(readFileSync(resolve(src, file), 'utf8')),
    )
    expect(listening).toEqual(['platform/http/until-closed.ts'])
  })
})

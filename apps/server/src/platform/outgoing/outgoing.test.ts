import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { type Destinations, PublicDestinations } from './destinations.ts'
import type { OutgoingFault } from './failure.ts'
import { type OutgoingOptions, type OutgoingPost, OutgoingRequests } from './outgoing.ts'

const execute = promisify(execFile)

type Handle = (request: IncomingMessage, response: ServerResponse) => void

const never = new AbortController().signal
const post: OutgoingPost = { headers: { 'x-test': 'yes' }, body: '{}', signal: never, answerMaxBytes: 0 }

/** As in production, except that an address of this machine stands for a public one. */
const onlyLoopback: Destinations = {
  allowsUrl: () => true,
  allowsAddress: (address) => address === '127.0.0.1',
}

describe('a request that the server sends', () => {
  const closings: (() => void)[] = []
  afterEach(() => {
    for (const close of closings.splice(0)) close()
  })

  async function receiver(
    handle: Handle,
  ): Promise<{ port: number; server: Server; seen: IncomingMessage[] }> {
    const seen: IncomingMessage[] = []
    const server = createServer((request, response) => {
      seen.push(request)
      handle(request, response)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closings.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return { port: (server.address() as AddressInfo).port, server, seen }
  }

  function requests(options: Partial<OutgoingOptions> = {}): OutgoingRequests {
    const outgoing = new OutgoingRequests({
      destinations: onlyLoopback,
      resolve: async () => ['127.0.0.1'],
      keepsConnections: false,
      ...options,
    })
    closings.push(() => outgoing.close())
    return outgoing
  }

  async function faultOf(sending: Promise<unknown>): Promise<OutgoingFault | null> {
    return await sending.then(
      () => null,
      (error: unknown) => (error as { code: OutgoingFault }).code,
    )
  }

  it('reaches the address of the name, with the name as its host, and without cookies', async () => {
    const { port, seen } = await receiver((_request, response) => response.writeHead(204).end())
    const answer = await requests().post(`http://app.example.org:${port}/hooks?a=1`, post)
    expect(answer).toEqual({ status: 204, retryAfter: null, body: null })
    expect(seen[0]?.url).toBe('/hooks?a=1')
    expect(seen[0]?.headers).toMatchObject({ host: `app.example.org:${port}`, 'x-test': 'yes' })
    expect(seen[0]?.headers).not.toHaveProperty('cookie')
  })

  it('A121: is not sent if one of the addresses of the name is refused', async () => {
    const { port, seen } = await receiver((_request, response) => response.end())
    const answers = [['10.0.0.1'], ['127.0.0.1', '10.0.0.1'], ['10.0.0.1', '127.0.0.1'], ['::ffff:10.0.0.1']]
    for (const answer of answers) {
      const outgoing = requests({ resolve: async () => answer })
      expect(await faultOf(outgoing.post(`http://app.example.org:${port}/`, post))).toBe('address_refused')
    }
    expect(seen).toEqual([])
  })

  it('A121: connects to the address that was checked, even if the name has another one a moment later', async () => {
    const { port, seen } = await receiver((_request, response) => response.end())
    let lookups = 0
    const resolve = async () => (lookups++ === 0 ? ['127.0.0.1'] : ['127.0.0.2'])
    const outgoing = requests({ resolve })
    expect(await outgoing.post(`http://app.example.org:${port}/`, post)).toMatchObject({ status: 200 })
    expect(lookups).toBe(1)
    expect(await faultOf(outgoing.post(`http://app.example.org:${port}/`, post))).toBe('address_refused')
    expect(seen).toHaveLength(1)
  })

  it('A121: is not sent to an address in the URL that is refused, because that is never looked up', async () => {
    const { port, seen } = await receiver((_request, response) => response.end())
    const destinations = new PublicDestinations({ allowedNetworks: [], allowsLoopback: false })
    const outgoing = requests({ destinations, resolve: async () => ['127.0.0.1'] })
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost', 'app.example.org'])
      for (const scheme of ['http', 'https'])
        expect(await faultOf(outgoing.post(`${scheme}://${host}:${port}/`, post)), host).toBe(
          'address_refused',
        )
    expect(seen).toEqual([])
  })

  it.each([301, 302, 303, 307, 308])('A121: does not follow a redirect with status %d', async (status) => {
    const { port, seen } = await receiver((_request, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end(),
    )
    expect(await requests().post(`http://app.example.org:${port}/`, post)).toMatchObject({ status })
    expect(seen.map(({ url }) => url)).toEqual(['/'])
  })

  it('A121: takes no proxy from the environment', async () => {
    const { port } = await receiver((_request, response) => response.writeHead(204).end())
    const proxy = await receiver((_request, response) => response.writeHead(502).end())
    const proxyUrl = `http://127.0.0.1:${proxy.port}`
    // Node reads these variables when it starts.
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxyUrl, http_proxy: proxyUrl }
    const script = `
      const { OutgoingRequests } = await import('${new URL('./outgoing.ts', import.meta.url).href}')
      const outgoing = new OutgoingRequests({
        destinations: { allowsUrl: () => true, allowsAddress: () => true },
        resolve: async () => ['127.0.0.1'],
        keepsConnections: false,
      })
      const post = { headers: {}, body: '', signal: AbortSignal.timeout(10_000), answerMaxBytes: 0 }
      console.log((await outgoing.post('http://app.example.org:${port}/', post)).status)`
    const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', script], { env })
    expect(stdout.trim()).toBe('204')
    expect(proxy.seen).toEqual([])
  })

  it('has no answer if the name has no address', async () => {
    expect(await faultOf(requests({ resolve: async () => [] }).post('http://app.example.org/', post))).toBe(
      'name_unresolved',
    )
  })

  it('has no answer if the other server refuses the connection, or closes it early', async () => {
    const { port, server } = await receiver((request) => request.socket.destroy())
    expect(await faultOf(requests().post(`http://app.example.org:${port}/`, post))).toBe('unreachable')
    server.close()
    await once(server, 'close')
    expect(await faultOf(requests().post(`http://app.example.org:${port}/`, post))).toBe('unreachable')
  })

  it('has no answer if the other server does not speak HTTP, or has endless headers', async () => {
    const endless = `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`
    for (const words of ['220 mail.example.org ESMTP\r\n', endless]) {
      const server = createTcpServer((socket) => {
        socket.on('error', () => undefined)
        socket.write(words)
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      closings.push(() => server.close())
      const { port } = server.address() as AddressInfo
      expect(await faultOf(requests().post(`http://app.example.org:${port}/`, post))).toBe('unreachable')
    }
  })

  it('ends when its time is over, whether the look-up, the answer or its body takes too long', async () => {
    const silent = await receiver(() => undefined)
    const sendFirst = await receiver((_request, response) => void response.writeHead(200).write('first'))
    const impatient = () => ({ ...post, signal: AbortSignal.timeout(50) })
    const lost = requests({ resolve: () => new Promise(() => undefined) })
    expect(await faultOf(lost.post('http://app.example.org/', impatient()))).toBe('timeout')
    expect(await faultOf(requests().post(`http://app.example.org:${silent.port}/`, impatient()))).toBe(
      'timeout',
    )
    const reading = { ...impatient(), answerMaxBytes: 1_000 }
    expect(await requests().post(`http://app.example.org:${sendFirst.port}/`, reading)).toEqual({
      status: 200,
      retryAfter: null,
      body: null,
    })
  })

  it('does not wait for an answer that never ends, and closes its connection', async () => {
    let isClosed = false
    const { port } = await receiver((_request, response) => {
      response.writeHead(200)
      const write = () =>
        void (response.destroyed || response.write('x'.repeat(1_000), () => setImmediate(write)))
      write()
      response.on('close', () => {
        isClosed = true
      })
    })
    expect(await requests().post(`http://app.example.org:${port}/`, post)).toMatchObject({ status: 200 })
    await expect.poll(() => isClosed, { timeout: 5_000 }).toBe(true)
  })

  it('reads an answer up to a length', async () => {
    const { port } = await receiver(({ url = '' }, response) =>
      response.end('é'.repeat(Number(url.slice(1)))),
    )
    const read = async (length: number) =>
      await requests().post(`http://app.example.org:${port}/${length}`, { ...post, answerMaxBytes: 100 })
    expect(await read(50)).toEqual({ status: 200, retryAfter: null, body: 'é'.repeat(50) })
    expect(await read(51)).toEqual({ status: 200, retryAfter: null, body: null })
  })

  it('is sent again on a new connection if the kept one was closed in between', async () => {
    let connections = 0
    let isImpatient = false
    const { port, server, seen } = await receiver(({ socket }, response) => {
      if (isImpatient) socket.destroy()
      else response.writeHead(204).end()
      isImpatient = false
    })
    server.on('connection', () => {
      connections += 1
    })
    const outgoing = requests({ keepsConnections: true })
    // Only once the whole answer has arrived, the connection can be used again.
    const reading = { ...post, answerMaxBytes: 1 }
    const send = async () => await outgoing.post(`http://app.example.org:${port}/`, reading)
    await send()
    await setTimeout(20)
    await send()
    await setTimeout(20)
    expect(connections).toBe(1)
    // Closes when the next request arrives, as a server does whose patience has just ended.
    isImpatient = true
    expect(await send()).toMatchObject({ status: 204 })
    expect(connections).toBe(2)
    expect(seen).toHaveLength(4)
  })
})

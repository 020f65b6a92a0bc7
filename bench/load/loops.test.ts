import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { closedLoop, sendMany } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'
import { isGood, latenciesOf, ratePerSecond } from './outcome.ts'
import { requestBytes } from './request.ts'

let server: Server | null = null
afterEach(async () => await new Promise((closed) => server?.close(closed)))

async function listen(answer: RequestListener): Promise<string> {
  const listening = createServer(answer)
  server = listening
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready))
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

const requests = ['/a', '/b', '/c'].map((path) => requestBytes({ method: 'GET', path }))

describe('the open loop', () => {
  it('counts the waiting time of requests that find no free connection', async () => {
    const url = await listen((_incoming, reply) => setTimeout(() => reply.end('{}'), 50))
    const outcome = await openLoop({ url, requests, perSecond: 100, seconds: 0.1, connectionsMax: 1 })
    const latencies = latenciesOf(outcome, isGood)
    expect(latencies.length).toBe(10)
    // Ten one behind the other take 500 ms, and the last was due after 90.
    expect(Math.max(...latencies)).toBeGreaterThan(400)
  })

  it('names refusals by their code, and broken connections', async () => {
    const url = await listen((incoming, reply) => {
      if (incoming.url === '/a') reply.end('{}')
      else if (incoming.url === '/b') reply.writeHead(503).end('{"code":"overloaded"}')
      else incoming.socket.destroy()
    })
    const { samples } = await openLoop({ url, requests, perSecond: 100, seconds: 0.03, connectionsMax: 9 })
    const seen = samples.map(({ status, code }) => ({ status, code }))
    expect(seen).toContainEqual({ status: 200, code: null })
    expect(seen).toContainEqual({ status: 503, code: 'overloaded' })
    expect(seen).toContainEqual({ status: 0, code: expect.any(String) })
  })
})

describe('the closed loop', () => {
  it('sends its requests in turn, several at a time', async () => {
    const paths: string[] = []
    let underWay = 0
    let most = 0
    const url = await listen((incoming, reply) => {
      paths.push(incoming.url ?? '')
      most = Math.max(most, ++underWay)
      setTimeout(() => {
        underWay -= 1
        reply.end('{}')
      }, 2)
    })
    await sendMany({ url, requests, connections: 2, count: 7 })
    expect(paths.toSorted((a, b) => a.localeCompare(b)).join('')).toBe('/a/a/a/b/b/c/c')
    expect(most).toBe(2)
  })

  it('gives no rate if an answer was not good', async () => {
    const url = await listen((_incoming, reply) => reply.writeHead(401).end('{}'))
    const outcome = await closedLoop({ url, requests, connections: 1, warmUpSeconds: 0, seconds: 0.2 })
    expect(() => ratePerSecond(outcome)).toThrow('401')
  })
})

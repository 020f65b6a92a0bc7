import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { Server } from './server.ts'

let answer: () => Promise<Response>
let warnings: string[]
let server: Server
beforeEach(() => {
  warnings = []
  server = new Server({
    serverUrl: 'https://accounts.example.org',
    logger: { warn: (message) => void warnings.push(message) },
    fetch: () => answer(),
  })
})
const askFor = (response: () => Response) => {
  answer = async () => response()
  return server.ask({ path: '/x' })
}

describe('a question to the server', () => {
  it('gets the JSON of a good answer, and the status of every other', async () => {
    expect(await askFor(() => Response.json({ a: 1 }))).toEqual({ status: 200, json: { a: 1 } })
    expect(await askFor(() => Response.json({ a: 1 }, { status: 401 }))).toEqual({ status: 401, json: null })
  })

  it.each<[string, () => Response]>([
    ['a fault of the server', () => new Response('', { status: 500 })],
    ['a proxy without a server', () => new Response('', { status: 502 })],
    ['too many requests', () => new Response('', { status: 429 })],
    ['an answer that is not JSON', () => new Response('<html>')],
  ])('is not answered by %s', async (_name, response) => {
    await expect(askFor(response)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('is not answered if there is no connection', async () => {
    answer = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }))
    await expect(server.ask({ path: '/x' })).rejects.toMatchObject({ code: 'unavailable' })
    expect(warnings[0]).toContain('fetch failed (connect ECONNREFUSED)')
  })

  it.each([404, 301])('is not answered by status %i, if only Proxima can have the answer', async (status) => {
    answer = async () => new Response('', { status })
    await expect(server.ask({ path: '/x', needsOk: true })).rejects.toMatchObject({ code: 'unavailable' })
    expect(warnings).toEqual([`Proxima does not answer at https://accounts.example.org/x: status ${status}.`])
  })

  it('reports once that the server is away, and once that it is back', async () => {
    for (const _time of ['first', 'second'])
      await askFor(() => new Response('', { status: 503 })).catch(() => undefined)
    for (const _time of ['first', 'second']) await askFor(() => Response.json({}))
    expect(warnings).toEqual([
      'Proxima does not answer at https://accounts.example.org/x: status 503.',
      'Proxima answers again at https://accounts.example.org/x.',
    ])
  })

  it('is sent to no other server, even if the server says so', async () => {
    const seen: string[] = []
    const real = createServer(({ url = '', headers }, response) => {
      seen.push(`${url} ${headers.authorization}`)
      response.writeHead(302, { location: '/elsewhere' }).end()
    }).listen(0, '127.0.0.1')
    await once(real, 'listening')
    const serverUrl = `http://127.0.0.1:${(real.address() as AddressInfo).port}`
    const redirected = new Server({ serverUrl, logger: { warn: () => undefined }, fetch })
    const headers = { authorization: 'Bearer secret' }
    expect(await redirected.ask({ path: '/x', headers })).toEqual({ status: 302, json: null })
    expect(seen).toEqual(['/x Bearer secret'])
    real.close()
    real.closeAllConnections()
  })
})

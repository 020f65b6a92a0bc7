import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { newPerson } from '../../../tests/support/people.ts'
import { type Route, withRoutes } from '../../../tests/support/routes.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import { newId } from '../kernel/ids.ts'

const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'image/png']
const framings: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
  ['no length', {}],
  ['length 0', { 'content-length': '0' }],
  ['no chunks', { 'transfer-encoding': 'chunked' }],
]

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

describe('a request without content', () => {
  let server: TestServer
  let routes: readonly Route[]
  beforeAll(async () => {
    const started = await withRoutes(() => startTestServer(sqlite))
    server = started.server
    routes = started.routes.filter(({ method }) => changing.has(method))
  })
  afterAll(async () => await server?.close())

  const post = (path: string) => routes.find((route) => route.path === path && route.method === 'POST')

  /** Sends exactly these headers. Each call has its own account, because some of them end the session. */
  async function call({ method, path }: Route, headers: Readonly<Record<string, string>>): Promise<string> {
    const { token } = await newPerson(server.client)
    return await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const outgoing = request({
        hostname,
        port,
        method,
        path: path.replace(':id', newId()),
        headers: { authorization: `Bearer ${token}`, ...headers },
      })
      // Otherwise Node frames a body by itself.
      outgoing.useChunkedEncodingByDefault = 'transfer-encoding' in headers
      outgoing.on('error', reject)
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          // The pages with forms answer with HTML.
          const isJson = /json/.test(response.headers['content-type'] ?? '')
          resolve(`${response.statusCode} ${isJson ? (JSON.parse(text).code ?? '') : ''}`.trim())
        })
      })
      outgoing.end()
    })
  }

  it('has no body, whatever type it declares and on every route', async () => {
    expect(routes.length).toBeGreaterThan(15)
    for (const route of routes) {
      const expected = await call(route, {})
      expect(expected, route.path).not.toMatch(/^(?:415|5)/)
      for (const [what, framing] of framings)
        for (const type of types)
          expect(
            await call(route, { ...framing, 'content-type': type }),
            `${route.method} ${route.path} with ${what} and ${type}`,
          ).toBe(expected)
    }
  })

  it.each([
    ['DELETE', '/v1/me/sessions', '204'],
    ['DELETE', '/v1/me/sessions/:id', '404 not_found'],
    ['DELETE', '/v1/me/profile/image', '204'],
    ['POST', '/v1/me/secret', '200'],
    ['POST', '/v1/auth/logout', '204'],
    ['PATCH', '/v1/me', '400 malformed_request'],
  ])('%s %s is answered with %s', async (method, path, expected) => {
    const route = routes.find((each) => each.method === method && each.path === path)
    if (route === undefined) throw new Error('there is no such route')
    expect(await call(route, { 'content-type': 'application/json' })).toBe(expected)
  })

  it('signs out: the token then no longer works', async () => {
    const { token } = await newPerson(server.client)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await server.client.send('POST', '/v1/auth/logout', '', { token, headers })).status).toBe(204)
    expect((await server.client.me(token)).status).toBe(401)
  })

  it('has no coding either, and a type that is not accepted is still refused with content', async () => {
    const logout = post('/v1/auth/logout')
    if (logout === undefined) throw new Error('there is no such route')
    expect(await call(logout, { 'content-encoding': 'gzip' })).toBe('204')
    const { token } = await newPerson(server.client)
    for (const type of types.slice(1)) {
      const options = { token, headers: { 'content-type': type } }
      expect((await server.client.send('POST', '/v1/auth/logout', 'a=1', options)).status).toBe(415)
    }
  })
})

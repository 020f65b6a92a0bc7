import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../support/engines.ts'
import { type Answer, TestClient } from '../../support/test-client.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const allowed = 'https://app.example.org'
const old = 'https://old.example.org'

describe('the scripts of other origins', () => {
  let server: TestServer
  let client: TestClient
  beforeAll(async () => {
    server = await startTestServer(sqlite, {
      env: {
        PROXIMA_CONTRACTS: 'user-secret-envelope=/old,phone-password',
        PROXIMA_CORS_ORIGINS: allowed,
      },
    })
    client = new TestClient(server.url)
  })
  afterAll(() => server?.close())

  const originIn = (answer: Answer) => answer.headers.get('access-control-allow-origin')

  const preflight = (path: string, origin: string) =>
    client.send('OPTIONS', path, undefined, {
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    })

  it.each([old, allowed, 'null'])(
    'from %s read the contract, whatever the server allows otherwise',
    async (origin) => {
      for (const path of ['/old/v1/auth/me', '/old/v1/auth/token', '/old/unknown', '/old/%zz']) {
        const asked = await preflight(path, origin)
        expect([path, originIn(asked)]).toEqual([path, origin])
        const answer = await client.get(path, { headers: { origin } })
        expect([path, originIn(answer), answer.headers.get('vary')]).toEqual([
          path,
          origin,
          expect.stringContaining('Origin'),
        ])
      }
      expect((await preflight('/old/v1/auth/me', origin)).status).toBe(200)
    },
  )

  it('A62: read nothing else of the server, nor a contract that never allowed it', async () => {
    for (const path of ['/v1/me', '/api/users/login', '/', '/older']) {
      expect([path, originIn(await preflight(path, old))]).toEqual([path, null])
      expect([path, originIn(await client.get(path, { headers: { origin: old } }))]).toEqual([path, null])
      expect([path, originIn(await preflight(path, allowed))]).toEqual([path, allowed])
    }
  })

  it('cannot have headers sent back that are no names of headers', async () => {
    const answer = await client.send('OPTIONS', '/old/v1/auth/me', undefined, {
      headers: {
        origin: old,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'x-a, "b"<c>',
      },
    })
    expect(answer.headers.get('access-control-allow-headers')).toBeNull()
  })
})

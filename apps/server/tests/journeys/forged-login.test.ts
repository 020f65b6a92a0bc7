import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const good = { username: 'mallory', password }
const evil = {
  origin: 'https://evil.example',
  referer: 'https://evil.example/win-a-prize',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}
const boundary = '----formboundary'

/** All that a form of another site can send without asking the browser's leave (Fetch, CORS-safelisted). */
const forms: readonly [what: string, type: string, body: string][] = [
  [
    'a form',
    'application/x-www-form-urlencoded',
    `username=mallory&password=${encodeURIComponent(password)}`,
  ],
  [
    'a multipart form',
    `multipart/form-data; boundary=${boundary}`,
    Object.entries(good)
      .map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      .join('')
      .concat(`--${boundary}--\r\n`),
  ],
  ['JSON as text', 'text/plain', JSON.stringify(good)],
  // A field is written "name=value": what JSON needs of an equals sign goes into a member of its own.
  ['JSON as a form of text', 'text/plain', `${JSON.stringify(good).slice(0, -1)},"x":"=\r\n"}`],
  ['JSON with no type', '', JSON.stringify(good)],
  ['JSON of two types', 'text/plain; application/json', JSON.stringify(good)],
  ['JSON as a form', 'application/x-www-form-urlencoded', JSON.stringify(good)],
]

describe.each(engines)('a sign-in that another site makes a browser send, on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_CORS_ORIGINS: 'https://app.example' } })
    await server.client.register(good)
  })
  afterAll(async () => await server?.close())

  async function sessions(): Promise<number> {
    const db = openDatabase(server.databaseUrl)
    const { length } = await db.selectFrom('sessions').select('id').execute()
    await db.destroy()
    return length
  }

  it.each(forms)('A49: is refused as %s, and starts no session', async (_what, type, body) => {
    for (const path of ['/v1/auth/login', '/v1/auth/token', '/v1/auth/register']) {
      const headers = { ...evil, 'content-type': type }
      const answer = await server.client.send('POST', path, Buffer.from(body), { headers })
      expect([answer.status, answer.body.code], path).toEqual([415, 'unsupported_media_type'])
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
    expect(await sessions()).toBe(0)
  })

  it('A49: as JSON needs the permission of the server, which only configured origins have', async () => {
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
    for (const origin of [
      'https://evil.example',
      'null',
      'https://app.example.evil.example',
      'http://app.example',
    ]) {
      const headers = { ...evil, ...asks, origin }
      const answer = await server.client.send('OPTIONS', '/v1/auth/login', undefined, { headers })
      expect(answer.headers.get('access-control-allow-origin'), origin).toBeNull()
    }
    expect(await sessions()).toBe(0)
  })

  it('A49: does not sign the browser in: it sets no cookie, and the site cannot read the answer', async () => {
    const answer = await server.client.post('/v1/auth/login', good, { headers: evil })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    const cookie = `session=${answer.body.session_id}; access_token=${answer.body.access_token}`
    expect((await server.client.get('/v1/me', { headers: { cookie } })).status).toBe(401)
  })
})

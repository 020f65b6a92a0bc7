import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { jpeg } from '../../../tests/support/hostile-images.ts'
import { newPerson, type Person } from '../../../tests/support/people.ts'
import { imagePath, putImage } from '../../../tests/support/pictures.ts'
import { TestClient } from '../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

/** Set the variable to 300 for the large test. A server that closes the connection at once loses 3 answers in 100. */
const rounds = Number(process.env['PROXIMA_TEST_EARLY_ANSWERS'] ?? 3)

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Sends all of a body, and reads nothing until then. @returns the status, or the error of the connection */
async function sendThenRead(url: string, { method, path, headers, body }: Sent): Promise<string> {
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  try {
    return await new Promise<string>((resolve) => {
      socket.on('error', ({ message }) => resolve(message))
      socket.on('close', () => resolve('closed without an answer'))
      const read = (error?: Error | null) => {
        if (error) return resolve(error.message)
        socket.on('data', (chunk) => resolve(chunk.toString().slice(9, 12)))
      }
      socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
      if (headers['transfer-encoding'] === undefined) socket.write(body, read)
      else {
        socket.write(`${body.length.toString(16)}\r\n`)
        socket.write(body)
        socket.write('\r\n0\r\n\r\n', read)
      }
    })
  } finally {
    socket.destroy()
  }
}

const framings = {
  'with a length': (body: Buffer) => ({ 'content-length': String(body.length) }),
  'in chunks': () => ({ 'transfer-encoding': 'chunked' }),
}

describe.each(Object.entries(framings))('a client that sends a body %s before it reads', (_how, framing) => {
  let server: TestServer
  let limited: TestServer
  let down: TestServer
  let person: Person
  let cookie: string
  beforeAll(async () => {
    const env = { PROXIMA_LIMITS: 'on', PROXIMA_PICTURE_UPLOADS_PER_HOUR: '1' }
    server = await startTestServer(sqlite)
    limited = await startTestServer(sqlite, { env })
    down = await startTestServer(sqlite, { databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' })
    person = await newPerson(server.client)
    const login = await server.client.post('/v1/auth/token', { user_secret: person.secret, mode: 'cookie' })
    cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  })
  afterAll(async () => {
    for (const each of [server, limited, down]) await each?.close()
  })

  async function expectStatus(url: string, status: number, sent: Omit<Sent, 'headers'>, headers: object) {
    const all = { ...headers, ...framing(sent.body) }
    const answers = new Set<string>()
    for (let round = 0; round < rounds; round++)
      answers.add(await sendThenRead(url, { ...sent, headers: all }))
    expect([...answers]).toEqual([String(status)])
  }

  const json = { 'content-type': 'application/json' }
  const image = { 'content-type': 'image/jpeg' }
  const large = Buffer.alloc(4_000_000, ' ')
  const photograph = Buffer.concat([jpeg.subarray(0, 200), Buffer.alloc(5_000_000)])
  const put = { method: 'PUT', path: imagePath, body: photograph }
  const bearer = () => ({ authorization: `Bearer ${person.token}` })

  it.each([
    [401, 'PATCH', '/v1/me', json],
    [404, 'POST', '/v1/nothing', json],
    [405, 'POST', '/v1/me', json],
    [413, 'POST', '/v1/auth/login', json],
    [415, 'POST', '/v1/auth/login', { 'content-type': 'text/plain' }],
    [415, 'POST', '/v1/auth/login', { ...json, 'content-encoding': 'gzip' }],
    [200, 'GET', '/healthz', json],
  ])('reads %i of %s %s', async (status, method, path, headers) => {
    await expectStatus(server.url, status, { method, path, body: large }, headers)
  })

  it('reads 403 of a call with the cookie from another origin', async () => {
    const headers = { ...json, cookie, origin: 'https://elsewhere.example' }
    await expectStatus(server.url, 403, { method: 'PATCH', path: '/v1/me', body: large }, headers)
    await expectStatus(server.url, 403, put, { ...headers, ...image })
  })

  it('reads 422 of a body that breaks the rules', async () => {
    const login = { method: 'POST', path: '/v1/auth/login', body: Buffer.from('{}'.padEnd(60_000)) }
    await expectStatus(server.url, 422, login, json)
    await expectStatus(server.url, 422, put, { ...image, ...bearer() })
  })

  it('reads 429 of a call that is limited', async () => {
    const username = { method: 'PUT', path: '/v1/me/username', body: large }
    for (let call = 0; call < 60; call++) await limited.client.put('/v1/me/username', {})
    await expectStatus(limited.url, 429, username, json)
    const other = await newPerson(limited.client)
    await putImage(limited.client, other, jpeg)
    await expectStatus(limited.url, 429, put, { ...image, authorization: `Bearer ${other.token}` })
  })

  it('reads 503 of a server that is not ready', async () => {
    const login = { method: 'POST', path: '/v1/auth/login', body: large }
    await expectStatus(down.url, 503, login, json)
    await expectStatus(down.url, 503, put, { ...image, authorization: 'Bearer pxs_unknown' })
  })

  it('reads 401, 413, 415 of a picture', async () => {
    await expectStatus(server.url, 401, put, image)
    const tooLarge = { ...put, body: Buffer.alloc(20_000_000) }
    await expectStatus(server.url, 413, tooLarge, { ...image, ...bearer() })
    await expectStatus(server.url, 415, put, { ...bearer(), 'content-type': 'text/plain' })
  })

  it('can use the connection again with fetch', async () => {
    const client = new TestClient(server.url)
    for (let round = 0; round < rounds; round++) {
      const headers = { 'content-type': 'image/jpeg' }
      const answer = await client.send('PUT', imagePath, photograph, { headers })
      expect(answer.status).toBe(401)
    }
    expect((await client.get('/healthz')).status).toBe(200)
  })
})

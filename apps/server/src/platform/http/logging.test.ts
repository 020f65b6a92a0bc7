import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectBroken } from '../../../tests/support/broken-database.ts'
import { engines } from '../../../tests/support/engines.ts'
import { openDatabase } from '../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import { createLogger } from './logging.ts'
import { prettyFormat } from './pretty-log.ts'

interface Line {
  readonly msg: string
  readonly level: string
  readonly request_id?: string
  readonly route?: string | null
  readonly [name: string]: unknown
}

describe.each(engines)('the log on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_LOG_LEVEL: 'trace' } })
  })
  afterAll(async () => await server?.close())

  async function linesOf(work: () => Promise<unknown>): Promise<Line[]> {
    const { length } = server.log
    await work()
    // The line is written once the answer is sent, which may be after the client has it.
    await server.client.get('/healthz')
    return server.log.slice(length).map((line) => JSON.parse(line) as Line)
  }

  it('has one line per request, with its pattern, status and code', async () => {
    const lines = await linesOf(async () => {
      await server.client.get('/v1/me?x=1')
      await server.client.get('/nothing/at/all')
      await server.client.get('/%zz')
      await server.client.send('PUT', '/v1/me')
      await server.client.get('/docs/problems/not_found')
      await server.client.login({ identifier: 'amina', password: 'x' })
    })
    const requests = lines.filter(({ msg, route }) => msg === 'request' && route !== '/healthz')
    expect(requests.map(({ method, route, status, code }) => [method, route, status, code])).toEqual([
      ['GET', '/v1/me', 401, 'unauthenticated'],
      ['GET', null, 404, 'not_found'],
      ['GET', null, 400, 'malformed_request'],
      ['PUT', '/v1/me', 405, 'method_not_allowed'],
      ['GET', '/docs/problems/:code', 200, undefined],
      ['POST', '/v1/auth/login', 401, 'invalid_credentials'],
    ])
    expect(new Set(requests.map(({ request_id }) => request_id)).size).toBe(requests.length)
    for (const { duration_ms } of requests) expect(duration_ms).toBeTypeOf('number')
  })

  it('names the request of each answer by the id of the answer', async () => {
    let id: string | null = null
    const lines = await linesOf(async () => {
      id = (await server.client.get('/v1/me')).headers.get('x-request-id')
    })
    expect(lines.filter(({ request_id }) => request_id === id)).toHaveLength(1)
  })

  /** What no line may hold, and the calls that bring it. */
  const canary = 'cAnArY'
  const canaries = [canary, canary.toLowerCase(), '+254712345678', '712345678', 'Fluffy Passphrase']

  async function callWithCanaries(): Promise<string[]> {
    const { client } = server
    const password = `Fluffy Passphrase ${canary}`
    const email = `${canary}@example.com`
    const details = { full_name: `${canary} Odhiambo`, address: `1 ${canary} Road`, national_id: canary }
    const known = { username: canary, email, phone_number: '+254712345678' }
    await client.register({ ...known, password, ...details })
    await client.register({ ...known, password })
    await client.register({ ...known, password: canary, [canary]: canary })
    const { body } = await client.register({ username: `${canary}2` })
    const login = await client.login({ identifier: email, password })
    await client.login({ identifier: email, password: `${password}!` })
    await client.login({ identifier: canary, password: { [canary]: canary } })
    await client.send('POST', '/v1/auth/login', `{"password": ${canary}`)
    await client.send('POST', `/v1/auth/login?password=${canary}`, canary, {
      headers: { 'content-type': `text/${canary}` },
    })
    await client.post('/v1/auth/token', { user_secret: body.user_secret })
    const token: string = login.body.access_token
    await client.me(token)
    await client.patch('/v1/me', { ...details, locale: canary }, { token })
    const profile = { home_address: canary, country: canary, social_links: { website: canary } }
    await client.patch('/v1/me/profile', profile, { token, headers: { 'if-match': canary } })
    await client.me(`${token.slice(0, -3)}xyz`)
    await client.get(`/v1/me?access_token=${token}`)
    await client.get(`/v1/auth/availability?email=${email}`)
    await client.get(`/v1/auth/availability?username=${canary}&${canary}=1`)
    await client.get(`/${canary}/${token}?${canary}`)
    await client.get(`/docs/problems/${canary}`)
    await client.get(`/%zz${canary}`)
    await client.send(canary.toUpperCase(), '/v1/me').catch(() => null)
    const names = ['user-agent', 'referer', 'cookie', 'x-request-id', 'x-forwarded-for', 'origin']
    await client.get('/v1/me', { headers: Object.fromEntries(names.map((name) => [name, canary])) })
    await client.get('/v1/me', { headers: { authorization: `Basic ${canary}` } })
    return [token, login.body.session_id, body.user_secret].map(String)
  }

  it('A61, A86: contains nothing that a caller sent, and no secret of an answer', async () => {
    let secrets: string[] = []
    const lines = await linesOf(async () => {
      secrets = await callWithCanaries()
    })
    expect(lines.length).toBeGreaterThan(20)
    const text = JSON.stringify(lines)
    for (const secret of [...canaries, ...secrets]) expect(text).not.toContain(secret)
  })

  it('A19, A20: has each request on one line, and no control character that a caller chose', async () => {
    const lines = await linesOf(async () => {
      await server.client.get('/v1/me%0a{"level":"info","msg":"forged"}')
      await server.client.login({ identifier: 'a\n{"msg":"forged"}\u001b[31m', password: 'x' })
    })
    const requests = lines.filter(({ msg, route }) => msg === 'request' && route !== '/healthz')
    expect(requests.map(({ status }) => status)).toEqual([404, 401])
    expect(JSON.stringify(lines)).not.toContain('forged')
  })

  it('gives the reason for a fault of the database, but no values', async () => {
    const db = openDatabase(server.databaseUrl)
    await db.schema.alterTable('accounts').renameTo('accounts_gone').execute()
    try {
      const lines = await linesOf(async () => {
        const answer = await server.client.register({ username: canary, email: `${canary}@example.com` })
        expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
        expect(answer.text).not.toMatch(/accounts_gone|no such table|select|insert|at .*\.ts/i)
      })
      const [error] = lines.filter(({ level }) => level === 'error')
      expect(JSON.stringify(error)).toMatch(/accounts/)
      for (const secret of canaries) expect(JSON.stringify(lines)).not.toContain(secret)
    } finally {
      await db.schema.alterTable('accounts_gone').renameTo('accounts').execute()
      await db.destroy()
    }
  })

  it('gives the reason for a 500, but no values', async () => {
    let isBroken = false
    const broken = await startTestServer(engine, { connect: connectBroken(() => isBroken) })
    isBroken = true
    const answer = await broken.client.register({ username: canary, email: `${canary}@example.com` })
    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error'])
    expect(answer.text).not.toMatch(/fault of the server|at .*\.ts/)
    await broken.client.get('/healthz')
    const errors = broken.log.filter((line) => line.includes('"level":"error"'))
    expect(errors.join('')).toContain('a fault of the server itself')
    for (const secret of canaries) expect(broken.log.join('')).not.toContain(secret)
    isBroken = false
    await broken.close()
  })
})

it('A61: the log replaces what has the name of a secret, at each depth, if someone logs it by mistake', () => {
  const lines: string[] = []
  const output = { write: (line: string | Uint8Array) => lines.push(String(line)) > 0 }
  const canaries = {
    password: 'cAnArY',
    user: { email: 'cAnArY', deeper: { token: 'cAnArY', shown: 'shown' } },
  }
  createLogger({ level: 'info', format: prettyFormat }, output).info(canaries, 'a mistake')
  const text = lines.join('')
  expect(text.match(/\[redacted\]/g)).toHaveLength(3)
  expect(text).toContain('shown')
  expect(text).not.toContain('cAnArY')
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { newPerson } from '../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'

describe('the metrics', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    await server.client.signUp('amina')
    await server.client.login({ username: 'amina', password: 'wrong' })
    await server.client.get('/nowhere/secret-path')
  })
  afterAll(async () => await server?.close())

  const text = async () => (await server.client.get('/metrics')).text

  it('are Prometheus text', async () => {
    const { headers } = await server.client.get('/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=/)
    expect(await text()).toMatch(/^proxima_build_info\{version="[\d.]+",node="[\d.]+"\} 1$/m)
  })

  it('count requests by route and status, refusals by code and sign-ins by outcome', async () => {
    const seen = await text()
    expect(seen).toMatch(
      /request_duration_seconds_count\{method="POST",route="\/v1\/auth\/login",status="401"\} 1/,
    )
    expect(seen).toContain('proxima_refusals_total{code="invalid_credentials"} 1')
    const signIns = 'proxima_authentication_events_total{action="sign_in",method="password",outcome='
    expect(seen).toContain(`${signIns}"success"} 1`)
    expect(seen).toContain(`${signIns}"failure"} 1`)
  })

  it('show the queue of passwords and the delay of the event loop', async () => {
    const seen = await text()
    expect(seen).toMatch(/^proxima_password_queue_depth 0$/m)
    expect(seen).toMatch(/^proxima_password_hash_wait_seconds_count [1-9]/m)
    await expect.poll(text).toMatch(/^proxima_event_loop_delay_seconds_count [1-9]/m)
  })

  it('identify no person and contain nothing that someone typed', async () => {
    const seen = await text()
    expect(seen).toContain('route="unknown",status="404"')
    expect(seen).not.toMatch(/amina|secret-path/)
  })

  it('A86: name a route by its pattern, never by the id or the secret in its path', async () => {
    const { client } = server
    const person = await newPerson(client)
    const { receipt } = (
      await client.send('DELETE', '/v1/me', JSON.stringify({ user_secret: person.secret }), {
        token: person.token,
      })
    ).body
    const other = await newPerson(client)
    await client.send('DELETE', `/v1/me/sessions/${other.sessionId}`, undefined, { token: other.token })
    await client.get(`/v1/auth/deletions/${receipt}`)
    await client.get(`/v1/pictures/${'A'.repeat(43)}/64.webp`)
    const seen = await text()
    for (const route of ['/v1/me/sessions/:id', '/v1/auth/deletions/:receipt', '/v1/pictures/:token/:file'])
      expect(seen).toContain(`route="${route}"`)
    for (const secret of [other.sessionId, String(receipt), 'A'.repeat(43)])
      expect(seen).not.toContain(secret)
  })
})

describe('metrics with a token', () => {
  const token = 'metrics-token-only-for-tests-5f0c7a91'
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_METRICS_TOKEN: token } })
  })
  afterAll(async () => await server?.close())

  it('are readable with the token', async () => {
    const { status, text } = await server.client.get('/metrics', { token })
    expect(status).toBe(200)
    expect(text).toContain('proxima_build_info')
    expect(text).not.toContain(token)
  })

  it('are not readable without it, even for a signed-in user', async () => {
    const { token: accessToken } = await server.client.signUp('amina')
    const refused = [
      [await server.client.get('/metrics'), 'unauthenticated'],
      [await server.client.get('/metrics', { token: `${token}x` }), 'invalid_token'],
      [await server.client.get('/metrics', { token: accessToken }), 'invalid_token'],
      [await server.client.get(`/metrics?access_token=${token}`), 'unauthenticated'],
    ] as const
    for (const [{ status, body, text }, code] of refused) {
      expect([status, body.code]).toEqual([401, code])
      expect(text).not.toContain('proxima_')
    }
  })

  it('are the only thing that the token opens', async () => {
    expect((await server.client.get('/v1/me', { token })).body.code).toBe('invalid_token')
  })
})

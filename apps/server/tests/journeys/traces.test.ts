import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../support/api-keys.ts'
import { engines, sqlite } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { type Collector, type ReceivedSpan, startCollector } from '../support/trace-collector.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

describe.each(engines)('the traces of a server on $name', (engine) => {
  let collector: Collector
  let server: TestServer
  let spans: readonly ReceivedSpan[]
  let userSecret: string
  let token: string
  let apiKey: string
  beforeAll(async () => {
    collector = await startCollector()
    server = await startTestServer(engine, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20the-collectors-key',
      },
    })
    const { client } = server
    await client.register({ username: 'amina', email: 'amina@canary.example', password })
    const login = { username: 'amina', password }
    const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'canary=tracestate' }
    token = (await client.post('/v1/auth/login', login, { headers })).body.access_token
    userSecret = (await client.register({ username: 'baraka' })).body.user_secret
    await client.post('/v1/auth/token', { user_secret: userSecret })
    await client.login({ identifier: 'canary-typed-password', password: 'canary-guess' })
    await client.me(token)
    apiKey = (await newApiKey(client, token, { name: 'canary-name' })).key
    for (const key of [apiKey, `${apiKey}canary`]) await client.me(key)
    await client.get(`/v1/me?api_key=${apiKey}`)
    await client.get('/canary-path?q=canary-query')
    await client.get('/readyz')
    // What is waiting is delivered when the server stops.
    await server.close()
    spans = collector.spans
  })
  afterAll(async () => await collector?.close())

  const requestTo = (route: string, status: number) =>
    spans.find(({ facts }) => facts['http.route'] === route && facts['http.response.status_code'] === status)
  const childrenOf = (parent: ReceivedSpan | undefined) =>
    spans.filter(({ parentSpanId }) => parentSpanId !== undefined && parentSpanId === parent?.spanId)

  it('show a sign-in from the wait in the queue to the last statement', () => {
    const request = requestTo('/v1/auth/login', 200)
    const children = childrenOf(request)
    const names = children.map(({ name }) => name)
    for (const name of ['SELECT accounts', 'SELECT passwords', 'password queue', 'password hash'])
      expect(names).toContain(name)
    // On these, one statement or one call of the driver writes all rows of a sign-in.
    if (engine.name !== 'MariaDB') expect(names.at(-1)).toBe('WITH accounts')
    else {
      const transaction = children.find(({ name }) => name === 'transaction')
      expect(transaction?.marks).toEqual(['connected', 'commit'])
      expect(childrenOf(transaction).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['INSERT sessions', 'INSERT audit_events']),
      )
    }
    for (const { traceId } of children) expect(traceId).toBe(request?.traceId)
  })

  it('have the attributes of the Semantic Conventions for a request', () => {
    expect(requestTo('/v1/auth/login', 401)).toMatchObject({
      name: 'POST /v1/auth/login',
      kind: 2,
      isFailure: false,
      facts: {
        'http.request.method': 'POST',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'proxima.problem.code': 'invalid_credentials',
      },
    })
    const statement = childrenOf(requestTo('/v1/auth/login', 200)).find(
      ({ name }) => name === 'SELECT accounts',
    )
    expect(statement).toMatchObject({
      kind: 3,
      facts: { 'db.operation.name': 'SELECT', 'db.collection.name': 'accounts' },
    })
  })

  it('continue the trace of a caller', () => {
    expect(requestTo('/v1/auth/login', 200)).toMatchObject({ traceId, parentSpanId: spanId })
    expect(requestTo('/v1/me', 200)?.traceId).not.toBe(traceId)
  })

  it('contain no invented path of a caller, and no probe', () => {
    expect(spans.find(({ facts }) => facts['http.response.status_code'] === 404)?.name).toBe('GET')
    expect(spans.map(({ facts }) => facts['http.route'])).not.toContain('/readyz')
  })

  it('contain no secret, no identifier and nothing that was typed', () => {
    for (const sent of [collector.bodies.join(), server.log.join()])
      for (const secret of [password, userSecret, token, apiKey, 'amina', 'baraka', 'canary'])
        expect(sent).not.toContain(secret)
    expect(spans.length).toBeGreaterThan(30)
  })

  it('reach the collector with the configured headers', () => {
    for (const { authorization } of collector.headers) expect(authorization).toBe('Bearer the-collectors-key')
  })

  it('have their id in the lines of the log', () => {
    const lines = server.log.map((each) => JSON.parse(each) as Record<string, unknown>)
    expect(lines.find(({ trace_id }) => trace_id === traceId)).toMatchObject({
      route: '/v1/auth/login',
      status: 200,
      msg: 'request',
    })
  })
})

it('include a body that arrives long after its headers', async () => {
  const collector = await startCollector()
  const server = await startTestServer(sqlite, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
  const body = JSON.stringify({ username: 'amina' })
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const sending = request(`${server.url}/v1/auth/register`, { method: 'POST', headers })
  sending.flushHeaders()
  await setTimeout(100)
  sending.end(body)
  await once(sending, 'response')
  await server.close()
  await collector.close()
  const registering = collector.spans.find(({ name }) => name === 'POST /v1/auth/register')
  const steps = collector.spans.filter(({ parentSpanId }) => parentSpanId === registering?.spanId)
  expect(steps.map(({ name }) => name)).toContain('transaction')
})

describe('a server whose traces are not accepted', () => {
  async function serve(collector: Collector): Promise<TestServer> {
    const server = await startTestServer(sqlite, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
    const { token } = await server.client.signUp('amina')
    expect((await server.client.me(token)).status).toBe(200)
    await server.close()
    return server
  }

  it('serves and stops while the collector is down', async () => {
    const collector = await startCollector()
    await collector.close()
    await serve(collector)
  })

  it('serves and stops while the collector does not answer', async () => {
    const collector = await startCollector('silent')
    await serve(collector)
    expect(collector.bodies).not.toEqual([])
    await collector.close()
  })

  it('reports once that the collector refuses them, with the reason', async () => {
    const collector = await startCollector('refuses')
    const { log } = await serve(collector)
    await collector.close()
    const complaints = log.filter((line) => line.includes('traces cannot be delivered'))
    expect(complaints).toEqual([expect.stringContaining('Forbidden')])
  })
})

describe('sampling', () => {
  async function countOf(env: Record<string, string>, headers: Record<string, string>): Promise<number> {
    const collector = await startCollector()
    const server = await startTestServer(sqlite, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
    })
    for (let count = 0; count < 5; count++) await server.client.get('/.well-known/jwks.json', { headers })
    await server.close()
    await collector.close()
    return collector.spans.filter(({ facts }) => facts['http.route'] === '/.well-known/jwks.json').length
  }
  const asked = { traceparent: `00-${traceId}-${spanId}-01` }

  it('follows the caller with parentbased, and leaves out the rest', async () => {
    expect(await countOf({ OTEL_TRACES_SAMPLER_ARG: '0' }, {})).toBe(0)
    expect(await countOf({ OTEL_TRACES_SAMPLER_ARG: '0' }, asked)).toBe(5)
  })

  it('ignores the caller without parentbased', async () => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }
    expect(await countOf(env, asked)).toBe(0)
  })

  it('ignores an invalid traceparent', async () => {
    const spans = await countOf({}, { traceparent: `00-${traceId}-${spanId}-01, canary` })
    expect(spans).toBe(5)
  })
})

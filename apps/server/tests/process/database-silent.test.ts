/** @module-tag long */

import { afterAll, expect, it } from 'vitest'
import { DatabaseProxy } from '../support/database-proxy.ts'
import { engines, type TestEngine } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { endLeftovers, freshFolder, startProxima, untilReady } from '../support/process.ts'
import type { Answer } from '../support/test-client.ts'

/** What a caller may have to wait for an answer, however the database behaves. */
const answerMaxMs = 12_000
const inTime = { status: 503, code: 'unavailable', isInTime: true }

// SQLite is in the process and has no connection that could fall silent.
const servers = engines.filter(({ name }) => name !== 'SQLite')
it.skipIf(servers.length > 0)('needs PROXIMA_TEST_POSTGRES_URL or PROXIMA_TEST_MYSQL_URL')

const undo: (() => Promise<void>)[] = [endLeftovers]
afterAll(async () => {
  for (const each of undo) await each()
})

async function behindProxy(engine: TestEngine) {
  const database = await engine.createDatabase()
  const folder = await freshFolder()
  const proxy = new DatabaseProxy(database.url)
  await proxy.pass()
  undo.push(
    () => proxy.refuse(),
    () => database.drop(),
    () => folder.remove(),
  )
  const settings = {
    PROXIMA_DATABASE_URL: proxy.url,
    PROXIMA_DATA_DIR: folder.path,
    PROXIMA_DATABASE_POOL_MAX: '4',
    PROXIMA_LIMITS: 'off',
  }
  return { proxy, settings }
}

async function timed(call: Promise<Answer>) {
  const startedAt = performance.now()
  const { status, body } = await call
  return { status, code: body?.code, isInTime: performance.now() - startedAt < answerMaxMs }
}

// Nearly all of their time is waiting, so they wait together.
it.concurrent.each(servers)(
  'no caller waits longer than a limit for a $name that stops answering',
  async (engine) => {
    const { proxy, settings } = await behindProxy(engine)
    const server = await startProxima(settings)
    const { client, process } = server
    const { token } = await client.signUp('diana', password)
    proxy.silence()
    // More than there are connections: some wait for the database, the others for a connection.
    const crowd = Array.from({ length: 20 }, (_, index) => [
      timed(client.me(token)),
      timed(client.register({ username: `late${index}` })),
      timed(client.get('/readyz')),
    ])
    for (const outcome of await Promise.all(crowd.flat())) expect(outcome).toEqual(inTime)
    // Later ones meet connections that never come about.
    const later = [timed(client.me(token)), timed(client.login({ username: 'diana', password }))]
    for (const outcome of await Promise.all(later)) expect(outcome).toEqual(inTime)
    expect((await client.get('/healthz')).status).toBe(200)

    await proxy.pass()
    await untilReady(server)
    expect((await client.me(token)).status).toBe(200)
    expect((await client.login({ username: 'diana', password })).status).toBe(200)
    expect((await process.stop()).exitCode).toBe(0)
  },
)

it.concurrent.each(servers)('the server listens even if $name never answers', async (engine) => {
  const { proxy, settings } = await behindProxy(engine)
  proxy.silence()
  const server = await startProxima(settings)
  expect((await server.client.get('/healthz')).status).toBe(200)
  expect(await timed(server.client.register({ username: 'erin' }))).toEqual(inTime)
  await proxy.pass()
  await untilReady(server)
  expect((await server.client.register({ username: 'erin' })).status).toBe(201)
  expect((await server.process.stop()).exitCode).toBe(0)
})

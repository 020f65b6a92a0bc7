/** @module-tag long */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DatabaseProxy } from '../support/database-proxy.ts'
import { engines, type TestDatabase } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { endLeftovers, freshFolder, proxima, startProxima, untilReady } from '../support/process.ts'
import type { Answer } from '../support/test-client.ts'

// SQLite is in the process and has no connection to lose.
const servers = engines.filter(({ name }) => name !== 'SQLite')
it.skipIf(servers.length > 0)('needs PROXIMA_TEST_POSTGRES_URL or PROXIMA_TEST_MYSQL_URL')

function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
}

describe.each(servers)('if $name', (engine) => {
  let database: TestDatabase
  let proxy: DatabaseProxy
  let folder: Awaited<ReturnType<typeof freshFolder>>
  const start = () =>
    startProxima({
      PROXIMA_DATABASE_URL: proxy.url,
      PROXIMA_DATA_DIR: folder.path,
      PROXIMA_LIMITS: 'off',
      PROXIMA_PUBLIC_URL: 'http://127.0.0.1:4000',
      PROXIMA_DATABASE_POOL_MAX: '4',
    })

  beforeAll(async () => {
    database = await engine.createDatabase()
    folder = await freshFolder()
    proxy = new DatabaseProxy(database.url)
  })
  afterEach(endLeftovers)
  afterAll(async () => {
    await proxy.refuse()
    await database.drop()
    await folder.remove()
  })

  it('is down at the start, the server stays up, reports that, and becomes ready by itself', async () => {
    await proxy.refuse()
    const server = await start()
    const { client, process } = server
    expect((await client.get('/healthz')).status).toBe(200)
    expectUnavailable(await client.get('/readyz'))
    expectUnavailable(await client.register({ username: 'amina', password }))
    expectUnavailable(await client.login({ username: 'amina', password }))
    expect(process.stdout).not.toContain('curl')
    expect(process.stdout).toContain('The database cannot be used yet')
    const complaints = () => process.log.filter(({ msg }) => /database cannot be used/.test(String(msg)))
    expect(complaints()).toMatchObject([{ level: 'error', msg: expect.stringContaining('ECONNREFUSED') }])

    await proxy.pass()
    await untilReady(server)
    expect((await client.register({ username: 'amina', password })).status).toBe(201)
    // One line for one reason, however often it was tried.
    expect(complaints()).toHaveLength(1)
    expect(process.log.filter(({ msg }) => msg === 'migrated').length).toBeGreaterThan(0)
    expect((await process.stop()).exitCode).toBe(0)
  })

  it('is lost for a while, calls get 503, and then the server continues with the same accounts', async () => {
    await proxy.pass()
    const server = await start()
    const { client, process } = server
    const { user, token } = await client.signUp('brian', password)
    // Requests of all kinds are under way while the connections break.
    const crowd = Array.from({ length: 30 }, (_, index) =>
      index % 2 === 0 ? client.register({ username: `crowd${index}` }) : client.me(token),
    )
    proxy.cut()
    for (const answer of await Promise.all(crowd)) expect([200, 201, 503]).toContain(answer.status)
    await proxy.refuse()
    expectUnavailable(await client.get('/readyz'))
    expectUnavailable(await client.me(token))
    expectUnavailable(await client.register({ username: 'carol' }))
    expectUnavailable(await client.login({ username: 'brian', password }))
    expect((await client.get('/healthz')).status).toBe(200)

    await proxy.pass()
    await untilReady(server)
    expect((await client.me(token)).body.id).toBe(user.id)
    expect((await client.login({ username: 'brian', password })).status).toBe(200)
    expect((await process.stop()).exitCode).toBe(0)
  })

  it('refuses the password, the server and the command line report that without showing it', async () => {
    const wrong = new URL(database.url)
    wrong.username = 'nobody_there'
    wrong.password = 'canary-5d1f'
    const settings = { PROXIMA_DATABASE_URL: wrong.href, PROXIMA_DATA_DIR: folder.path }
    const listed = await proxima(['users', 'list'], { settings })
    expect([listed.exitCode, listed.stderr]).toEqual([
      1,
      expect.stringMatching(/^The database cannot be used: .*nobody_there/),
    ])
    const { process, client } = await startProxima(settings)
    expectUnavailable(await client.get('/readyz'))
    const { stdout, stderr } = await process.stop()
    expect(listed.stdout + listed.stderr + stdout + stderr).not.toContain('canary-5d1f')
  })
})

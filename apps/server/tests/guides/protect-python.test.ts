/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../support/api-keys.ts'
import { sqlite } from '../support/engines.ts'
import { FrozenClock } from '../support/frozen-clock.ts'
import { guideBlock, repository } from '../support/guide-blocks.ts'
import { loginWith, newPerson, signInWith } from '../support/people.ts'
import { endLeftovers, hasCurl, ProximaProcess } from '../support/process.ts'
import { freePort } from '../support/programs.ts'
import { personWith } from '../support/roles.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const python = '/usr/bin/python3'
const has = (modules: string) => spawnSync(python, ['-c', `import jwt, ${modules}`]).status === 0

const guides = [
  {
    name: 'FastAPI',
    needs: 'python3-fastapi and python3-uvicorn',
    isInstalled: has('fastapi, uvicorn'),
    service: 'protect/fastapi.md#protecting-a-fastapi-service python',
    start: 'protect/fastapi.md#protecting-a-fastapi-service sh 2',
    calls: 'protect/fastapi.md#protecting-a-fastapi-service sh 3',
  },
  {
    name: 'Flask',
    needs: 'python3-flask',
    isInstalled: has('flask'),
    service: 'protect/flask.md#protecting-a-flask-service python',
    start: 'protect/flask.md#protecting-a-flask-service sh 2',
    calls: 'protect/flask.md#protecting-a-flask-service sh 3',
  },
] as const

describe.each(guides)('the guide to $name', ({ needs, isInstalled, service, start, calls }) => {
  const folder = mkdtempSync(join(tmpdir(), 'proxima-protect-'))
  let server: TestServer
  let services: OwnServices
  let port: number
  let key: string
  beforeAll(async () => {
    // The guard has the true time.
    server = await startTestServer(sqlite, { clock: new FrozenClock(new Date()) })
    services = openServices(server)
    const { token } = await personWith(server.client, services, ['tokens:introspect'])
    key = (await newApiKey(server.client, token, { permissions: ['tokens:introspect'] })).key
    port = await freePort()
    writeFileSync(join(folder, 'service.py'), guideBlock(service))
  })
  afterEach(endLeftovers)
  afterAll(async () => {
    await services?.close()
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const withPort = (block: string) => guideBlock(block).replaceAll('4100', String(port))

  function startService(): ProximaProcess {
    // The commands of the packages are not where everyone looks for them.
    const command = `cd '${folder}' && exec ${python} -m ${withPort(start)}`
    const environment = {
      ACCOUNTS_URL: server.url,
      ACCOUNTS_KEY: key,
      PYTHONPATH: `${repository}packages/guard-python`,
      PYTHONDONTWRITEBYTECODE: '1',
    }
    return new ProximaProcess('sh', ['-c', command], environment)
  }

  async function ask(path: string, token?: string, method = 'GET') {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers }).catch(() => null)
      // 503: on a slow machine, the revocations until now may take longer than a request waits for them.
      if (answer !== null && answer.status !== 503)
        return { status: answer.status, body: await answer.json() }
    }
  }

  it.skipIf(!isInstalled)(`A77: protects a service that knows its callers (needs ${needs})`, async () => {
    const running = startService()
    const { token: early, ...person } = await personWith(server.client, services, ['reports:read'])
    // Tokens from before the role, and of the same second, are refused.
    expect(await ask('/notes', early)).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
    server.clock.advance(2)
    const reader = { ...person, ...(await signInWith(server.client, person.secret)) }
    expect(await ask('/notes', reader.token)).toEqual({ status: 200, body: { owner: reader.id } })
    expect(await ask('/greeting', reader.token)).toEqual({ status: 200, body: { hello: reader.username } })
    expect((await ask('/reports', reader.token)).status).toBe(200)
    expect(await ask('/notes', reader.token, 'DELETE')).toMatchObject({ body: { deleted_for: reader.id } })
    const { session_code: code } = await loginWith(server.client, reader.secret, 'code')
    expect(await ask('/notes', code)).toEqual({ status: 200, body: { owner: reader.id } })
    expect(await ask('/notes', `${reader.token.slice(0, -4)}AAAA`)).toMatchObject({
      status: 401,
      body: { code: 'invalid_token', type: `${server.url}/docs/problems/invalid_token` },
    })
    const other = await signInWith(server.client, reader.secret)
    expect((await ask('/notes', other.token)).status).toBe(200)
    await server.client.post('/v1/auth/logout', {}, { token: other.token })
    await expect.poll(async () => (await ask('/notes', other.token)).status, { timeout: 20_000 }).toBe(401)
    expect((await ask('/notes', reader.token)).status).toBe(200)
    await running.stop()
  })

  it.skipIf(!isInstalled || !hasCurl)(`shows calls and their outcome (needs ${needs}, curl)`, async () => {
    const running = startService()
    const { id, token } = await newPerson(server.client)
    await ask('/notes', token)
    const shell = new ProximaProcess('sh', ['-eu', '-c', withPort(calls)], { token })
    const { exitCode, stdout, stderr } = await shell.ended
    expect(exitCode, stderr).toBe(0)
    // Flask ends its answers with a line break.
    const [accepted = '', anonymous = '', forbidden = ''] = stdout.replaceAll('\n ', ' ').trim().split('\n')
    expect(accepted.replaceAll(' ', '')).toBe(`{"owner":"${id}"}200`)
    expect(anonymous).toMatch(/"code": "unauthenticated".* 401$/)
    expect(forbidden).toMatch(/"code": "forbidden".* 403$/)
    await running.stop()
  })
})

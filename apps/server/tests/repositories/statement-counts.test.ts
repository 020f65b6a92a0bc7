import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../support/api-keys.ts'
import { engines, type TestEngine } from '../support/engines.ts'
import { connectFailing, FaultPlan } from '../support/failing-database.ts'
import { fromAnywhere } from '../support/fault-sweep.ts'
import { password } from '../support/password.ts'
import type { Answer } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/**
 * What each call sends to the database: how many statements, and how many round trips, which also count the begin and
 * the commit of a transaction. SQLite runs in the process, where a round trip is the call of a function: its driver
 * takes the writes of `writeIf` in one call, which counts as one statement here. With limits, as in production. If a call has to send more, say why in the commit that changes its numbers.
 */
const counts: Record<string, Record<TestEngine['name'], string>> = {
  'register with a password': { SQLite: '10 in 12', PostgreSQL: '10 in 12', MariaDB: '10 in 12' },
  'register without a password': { SQLite: '9 in 11', PostgreSQL: '9 in 11', MariaDB: '9 in 11' },
  'sign in with a password': { SQLite: '6 in 6', PostgreSQL: '6 in 6', MariaDB: '10 in 12' },
  'sign in with a password again': { SQLite: '6 in 6', PostgreSQL: '6 in 6', MariaDB: '10 in 12' },
  'sign in with a wrong password': { SQLite: '6 in 6', PostgreSQL: '6 in 6', MariaDB: '6 in 6' },
  'sign in with a user secret': { SQLite: '2 in 2', PostgreSQL: '2 in 2', MariaDB: '4 in 6' },
  'sign in with a wrong user secret': { SQLite: '2 in 2', PostgreSQL: '2 in 2', MariaDB: '2 in 2' },
  refresh: { SQLite: '2 in 2', PostgreSQL: '2 in 2', MariaDB: '2 in 2' },
  'GET /v1/me': { SQLite: '1 in 1', PostgreSQL: '1 in 1', MariaDB: '1 in 1' },
  'GET /v1/me by API key': { SQLite: '1 in 1', PostgreSQL: '1 in 1', MariaDB: '1 in 1' },
  'GET /v1/forward-auth': { SQLite: '1 in 1', PostgreSQL: '1 in 1', MariaDB: '1 in 1' },
  'POST /v1/me/access-token': { SQLite: '1 in 1', PostgreSQL: '1 in 1', MariaDB: '1 in 1' },
  // With a body, the session is looked up again when it has arrived.
  'PATCH /v1/me': { SQLite: '7 in 9', PostgreSQL: '7 in 9', MariaDB: '7 in 9' },
  'sign out': { SQLite: '6 in 8', PostgreSQL: '6 in 8', MariaDB: '6 in 8' },
}

/** The server also works by itself, now and then. What it sends then cannot fall into each of so many calls. */
const attempts = 4

interface Credentials {
  readonly username: string
  readonly secret: string
  readonly token: string
  readonly code: string
  readonly refresh: string
}

describe.each(engines)('the statements of a call on $name', (engine) => {
  const plan = new FaultPlan()
  let server: TestServer
  let count = 0
  beforeAll(async () => {
    const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
    server = await startTestServer(engine, { env, connect: connectFailing(plan) })
  })
  afterAll(async () => await server?.close())

  const post = (path: string, body?: object, token?: string, headers = fromAnywhere()) =>
    server.client.send('POST', path, body && JSON.stringify(body), {
      ...(token !== undefined && { token }),
      headers,
    })

  async function newPerson(): Promise<Credentials> {
    const username = `person${++count}`
    const { body } = await post('/v1/auth/register', { username })
    const secret = String(body.user_secret)
    const login = await post('/v1/auth/token', { user_secret: secret })
    const byCode = await post('/v1/auth/token', { user_secret: secret, mode: 'code' })
    const { access_token: token, refresh_token: refresh } = login.body
    return {
      username,
      secret,
      token: String(token),
      refresh: String(refresh),
      code: String(byCode.body.session_code),
    }
  }

  async function newPassword(): Promise<string> {
    const username = `person${++count}`
    await post('/v1/auth/register', { username, password })
    return username
  }

  type Call = () => Promise<Answer>

  /** What comes before a call, which is not counted, and the call. */
  const calls: Record<string, (person: Credentials) => Call | Promise<Call>> = {
    'register with a password': () => () =>
      post('/v1/auth/register', { username: `person${++count}`, password }),
    'register without a password': () => () => post('/v1/auth/register', { username: `person${++count}` }),
    'sign in with a password': async () => {
      const username = await newPassword()
      return () => post('/v1/auth/login', { username, password })
    },
    'sign in with a password again': async () => {
      const username = await newPassword()
      const headers = fromAnywhere()
      const login = () => post('/v1/auth/login', { username, password }, undefined, headers)
      await login()
      return login
    },
    'sign in with a wrong password': async () => {
      const username = await newPassword()
      return () => post('/v1/auth/login', { username, password: 'wrong' })
    },
    'sign in with a user secret': ({ secret }) => {
      return () => post('/v1/auth/token', { user_secret: secret })
    },
    'sign in with a wrong user secret': () => () =>
      post('/v1/auth/token', { user_secret: `pxu_${'x'.repeat(43)}` }),
    refresh: ({ refresh }) => {
      return () => post('/v1/auth/refresh', { refresh_token: refresh })
    },
    'GET /v1/me': ({ token }) => {
      return () => server.client.me(token)
    },
    'GET /v1/me by API key': async ({ token }) => {
      const { key } = await newApiKey(server.client, token)
      return () => server.client.me(key)
    },
    'GET /v1/forward-auth': ({ code }) => {
      return () => server.client.get('/v1/forward-auth?role=user', { token: code })
    },
    'POST /v1/me/access-token': ({ code }) => {
      return () => post('/v1/me/access-token', undefined, code)
    },
    'PATCH /v1/me': ({ token }) => {
      return () => server.client.patch('/v1/me', { locale: 'sw' }, { token })
    },
    'sign out': ({ token }) => {
      return () => post('/v1/auth/logout', {}, token)
    },
  }

  async function statementsOf(prepare: (typeof calls)[string]): Promise<readonly string[]> {
    const call = await prepare(await newPerson())
    plan.arm(0, 'unsent')
    const { status } = await call()
    const { sent } = plan.disarm()
    expect(status).toBeLessThan(500)
    return sent
  }

  it.each(Object.entries(calls))('%s', async (name, prepare) => {
    const runs: (readonly string[])[] = []
    for (let attempt = 0; attempt < attempts; attempt++) runs.push(await statementsOf(prepare))
    const sent = runs.reduce((least, run) => (run.length < least.length ? run : least))
    const boundaries = sent.filter((statement) => statement === 'begin' || statement === 'commit')
    const sentNow = `${sent.length - boundaries.length} in ${sent.length}`
    expect(sentNow, sent.join('\n')).toBe(counts[name]?.[engine.name])
  })

  it('is counted for each call of the table', () => {
    expect(Object.keys(calls)).toEqual(Object.keys(counts))
  })
})

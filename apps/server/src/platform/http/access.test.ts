import { request as sendRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../../../tests/support/frozen-clock.ts'
import { Failure } from '../kernel/failures.ts'
import { newId } from '../kernel/ids.ts'
import type { OwnPermission } from '../kernel/permission.ts'
import { type Caller, hasSession } from '../kernel/principal.ts'
import { invalidToken } from '../kernel/problems.ts'
import { currentUser } from './access.ts'
import type { App } from './app.ts'
import { createApp } from './create-app.ts'

const amina = {
  accountId: newId(),
  sessionId: newId(),
  impersonator: null,
  delegation: null,
  roles: ['user'],
  account: { kind: 'person' },
} as const
/** The same person, who signed in too long ago. */
const stale = { ...amina, sessionId: newId() } as const

const options = {
  logger: pino({ level: 'silent' }),
  publicUrl: () => 'http://127.0.0.1',
  isHttps: false,
  metricsToken: null,
  webhookSecret: null,
  clock: new FrozenClock(),
  tracing: null,
  serviceName: 'Test',
  version: '0',
  bodySizeMaxBytes: 1_024,
  trustedProxies: [],
  corsOrigins: [],
  networkLimitFactor: 1,
  mustVerify: () => false,
  authenticateEnrolment: async () => amina as never,
  permits: (_principal: unknown, permission: string) => permission === 'users:read',
  isFresh: (caller: Caller) => hasSession(caller) && caller.sessionId !== stale.sessionId,
  limiter: {
    take: async () => ({ isExceeded: false, remaining: 1, resetSeconds: 1 }),
    refund: async () => undefined,
  },
}

async function start(addRoutes: (app: App) => void): Promise<App> {
  const authenticate = async (credential: string) => {
    if (credential === 'stale') return stale as never
    if (credential !== 'good') throw new Failure(invalidToken)
    return amina as never
  }
  return await createApp({ ...options, authenticate }, async (app) => addRoutes(app))
}

describe('a route', () => {
  it('that does not declare its access stops the server from starting', async () => {
    const app = await start((routes) => void routes.get('/secret', async () => 'everything'))
    await expect(app.ready()).rejects.toThrow('route GET /secret does not declare its access')
  })

  it('that does not declare its access stops the server at any depth', async () => {
    const nested = await start((app) => {
      void app.register(async (deeper) => {
        deeper.get('/open', { config: { access: 'public' } }, async () => 'this one does')
        deeper.register(async (deepest) => void deepest.post('/secret', { config: {} }, async () => 'x'))
      })
    })
    await expect(nested.ready()).rejects.toThrow('route POST /secret')
  })

  it('for users refuses everyone else, and gives its handler the caller', async () => {
    const app = await start(
      (routes) =>
        void routes.get('/mine', { config: { access: 'user' } }, async (request) => currentUser(request)),
    )
    expect((await app.inject('/mine')).json().code).toBe('unauthenticated')
    const answer = (authorization: string | string[]) =>
      app.inject({ url: '/mine', headers: { authorization: authorization as string } })
    for (const refused of ['good', 'Basic good', 'Bearer', 'Bearer good good', 'Bearer good, Bearer good'])
      expect((await answer(refused)).json().code, refused).toBe('unauthenticated')
    expect((await answer('Bearer bad')).json().code).toBe('invalid_token')
    expect((await answer(['Bearer good', 'Bearer good'])).statusCode).not.toBe(200)
    for (const accepted of ['Bearer good', 'bearer good', 'BEARER  good'])
      expect((await answer(accepted)).json(), accepted).toEqual(amina)
    await app.close()
  })

  it('that names a permission answers the callers who have it, and refuses others with 403', async () => {
    const app = await start((routes) => {
      const byPermission = (permission: OwnPermission) => ({ config: { access: { permission } } })
      routes.get('/users', byPermission('users:read'), async (request) => currentUser(request).roles)
      routes.get('/roles', byPermission('roles:write'), async () => 'never')
    })
    const answer = (url: string, authorization: string) => app.inject({ url, headers: { authorization } })
    const allowed = await answer('/users', 'Bearer good')
    expect([allowed.statusCode, allowed.json()]).toEqual([200, ['user']])
    const refused = await answer('/roles', 'Bearer good')
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'forbidden'])
    expect(refused.json().detail).toContain('"roles:write"')
    for (const url of ['/users', '/roles']) {
      expect((await app.inject(url)).json().code, url).toBe('unauthenticated')
      expect((await answer(url, 'Bearer bad')).json().code, url).toBe('invalid_token')
    }
    await app.close()
  })

  it('that needs a recent sign-in refuses an older session, but first one without the permission', async () => {
    const app = await start((routes) => {
      const fresh = { freshSession: true } as const
      routes.post('/users', { config: { access: { permission: 'users:read' }, ...fresh } }, async () => 'x')
      routes.post('/roles', { config: { access: { permission: 'roles:write' }, ...fresh } }, async () => 'x')
      routes.post('/mine', { config: { access: 'user', ...fresh } }, async () => 'x')
    })
    const codeOf = async (url: string, credential: string) => {
      const headers = { authorization: `Bearer ${credential}` }
      const answer = await app.inject({ method: 'POST', url, headers })
      return answer.statusCode === 200 ? 200 : String(answer.json().code)
    }
    for (const url of ['/users', '/mine']) {
      expect(await codeOf(url, 'good')).toBe(200)
      expect(await codeOf(url, 'stale')).toBe('step_up_required')
      expect((await app.inject({ method: 'POST', url })).json().code).toBe('unauthenticated')
    }
    expect(await codeOf('/roles', 'stale')).toBe('forbidden')
    await app.close()
  })

  it('that needs a recent sign-in of no one stops the server from starting', async () => {
    const config = { access: 'public', freshSession: true } as const
    const app = await start((routes) => void routes.get('/open', { config }, async () => 'x'))
    await expect(app.ready()).rejects.toThrow('route GET /open asks for a fresh session, but for no user')
  })

  it('that names a permission refuses before it reads the body', async () => {
    const app = await start(
      (routes) =>
        void routes.post(
          '/roles',
          { config: { access: { permission: 'roles:write' } } },
          async () => 'never',
        ),
    )
    const headers = { 'content-type': 'application/json', authorization: 'Bearer good' }
    const answer = await app.inject({ method: 'POST', url: '/roles', payload: '{', headers })
    expect(answer.statusCode).toBe(403)
    await app.close()
  })

  it.each([
    ['whose session ends', new Failure(invalidToken), 'invalid_token'],
    ['who loses the permission', { ...amina, roles: [] }, 'forbidden'],
    ['who is no longer fresh', stale, 'step_up_required'],
  ])('I2, A77: refuses a caller %s while the body is on its way', async (_what, later, code) => {
    let isOver = false
    const arrived = Promise.withResolvers<void>()
    const authenticate = async () => {
      arrived.resolve()
      if (isOver && later instanceof Failure) throw later
      return (isOver ? later : amina) as never
    }
    const permits = ({ roles }: Caller) => roles.includes('user')
    const config = { access: { permission: 'roles:write' }, freshSession: true } as const
    const app = await createApp({ ...options, authenticate, permits }, async (routes) => {
      routes.post('/roles', { config }, async () => ({ code: 'done' }))
    })
    const url = await app.listen({ port: 0 })
    const headers = { 'content-type': 'application/json', 'content-length': 2, authorization: 'Bearer good' }
    const sent = sendRequest(`${url}/roles`, { method: 'POST', headers })
    const answered = new Promise<string>((resolve, reject) => {
      sent.on('error', reject).on('response', (response) => resolve(text(response)))
    })
    sent.write('{')
    await arrived.promise
    isOver = true
    sent.end('}')
    expect(JSON.parse(await answered)).toMatchObject({ code })
    await app.close()
  })

  it('that names a permission shows it in the OpenAPI document', async () => {
    const app = await start(
      (routes) =>
        void routes.get('/users', { config: { access: { permission: 'users:read' } } }, async () => 'x'),
    )
    const operation = (await app.inject('/openapi.json')).json().paths['/users'].get
    expect(operation).toMatchObject({
      'x-permission': 'users:read',
      description: 'Needs the permission `users:read`.',
      security: [{ bearer: [] }, { cookie: [] }],
    })
    expect(operation.responses['403'].description).toContain('forbidden')
    await app.close()
  })

  it('for users refuses before it reads the body', async () => {
    const app = await start(
      (routes) => void routes.post('/mine', { config: { access: 'user' } }, async () => 'never'),
    )
    const answer = await app.inject({
      method: 'POST',
      url: '/mine',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.statusCode).toBe(401)
    await app.close()
  })

  it('that fails unexpectedly is a 500 that reveals nothing', async () => {
    const app = await start(
      (routes) =>
        void routes.get('/broken', { config: { access: 'public' } }, async () => {
          throw new Error('the canary sings')
        }),
    )
    const answer = await app.inject('/broken')
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'internal_error'])
    expect(answer.body).not.toContain('canary')
    await app.close()
  })

  it('may not give a code a second meaning', async () => {
    const other = { code: 'not_found', kind: 'not_found', title: 'Gone', advice: 'Look elsewhere.' } as const
    const starting = start(
      (routes) => void routes.get('/x', { config: { access: 'public', problems: [other] } }, async () => 'x'),
    )
    await expect(starting.then((app) => app.ready())).rejects.toThrow('not_found')
  })
})

import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../tests/support/engines.ts'
import { FrozenClock } from '../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../tests/support/request-context.ts'
import { insertRoles } from '../../tests/support/roles.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../tests/support/test-database.ts'
import { testSecret } from '../../tests/support/test-server.ts'
import { loginRoutes } from '../features/authentication/login/routes.ts'
import { loadConfig } from '../platform/config/load-config.ts'
import { currentUser } from '../platform/http/access.ts'
import type { App } from '../platform/http/app.ts'
import { createApp } from '../platform/http/create-app.ts'
import { Failure } from '../platform/kernel/failures.ts'
import { forbidden } from '../platform/kernel/problems.ts'
import { authenticateWith } from './authenticate.ts'
import { PublicUrl } from './public-url.ts'
import { wire } from './wire.ts'

const publicUrl = 'https://accounts.example.org'

describe.each(engines)('a permission that a role grants on $name', (engine) => {
  let database: MigratedDatabase
  let nodes: readonly [App, App]
  let services: ReturnType<typeof wire>
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const one = await startNode()
    services = one.services
    nodes = [one.app, (await startNode()).app]
  })
  afterAll(async () => {
    for (const node of nodes ?? []) await node.close()
    await database?.drop()
  })

  /** A node with a call that only auditors may make. */
  async function startNode() {
    const config = loadConfig({ PROXIMA_LIMITS: 'off', PROXIMA_PUBLIC_URL: publicUrl })
    const url = new PublicUrl(publicUrl)
    const shared = { config, db: database.db, redis: null, publicUrl: url, clock: new FrozenClock() }
    const made = wire({ ...shared, masterSecret: testSecret })
    const options = {
      ...config,
      publicUrl: url.get,
      clock: shared.clock,
      isHttps: true,
      version: '0',
      limiter: made.limiter,
      tracing: null,
    }
    const logger = pino({ level: 'silent' })
    const app = await createApp(
      {
        ...options,
        logger,
        authenticate: authenticateWith(made),
        authenticateEnrolment: (credential) => made.sessions.principalByEnrolment(credential),
        mustVerify: () => false,
        permits: () => false,
        isFresh: () => true,
      },
      async (routes) => {
        loginRoutes(routes, { ...made, publicUrl: url.get })
        routes.get('/audit', { config: { access: 'user' } }, async (request) => {
          if (!currentUser(request).roles.includes('auditor')) throw new Failure(forbidden)
          return 'everything'
        })
      },
    )
    return { app, services: made }
  }

  async function signedIn(username: string) {
    const source = { context: requestFrom(), idempotencyKey: null }
    const { account, userSecret } = await services.registration.create({ username }, source)
    const token = async () => {
      const payload = { user_secret: userSecret }
      return String(
        (await nodes[0].inject({ method: 'POST', url: '/v1/auth/token', payload })).json().access_token,
      )
    }
    return { id: account.id, token }
  }

  const audit = async (node: App, token: string) =>
    (await node.inject({ url: '/audit', headers: { authorization: `Bearer ${token}` } })).statusCode

  it('A77: is refused at once on every node after the role is removed, even to a token that was signed with it', async () => {
    const { id, token } = await signedIn('amina')
    await insertRoles(database.db, 'auditor')
    await services.roles.grant(database.db, id, 'auditor')
    const withRole = await token()
    expect(JSON.parse(Buffer.from(withRole.split('.')[1] ?? '', 'base64url').toString()).roles).toContain(
      'auditor',
    )
    for (const node of nodes) expect(await audit(node, withRole)).toBe(200)

    const granted = database.db.deleteFrom('account_roles').where('account_id', '=', id)
    await granted.where('role', '=', 'auditor').execute()
    for (const node of nodes) expect(await audit(node, withRole)).toBe(403)
    for (const node of nodes) expect(await audit(node, await token())).toBe(403)
  })

  it('A77: is granted at once after the role is added, even to a token that was signed without it', async () => {
    const { id, token } = await signedIn('baraka')
    const withoutRole = await token()
    for (const node of nodes) expect(await audit(node, withoutRole)).toBe(403)
    await services.roles.grant(database.db, id, 'auditor')
    for (const node of nodes) expect(await audit(node, withoutRole)).toBe(200)
  })
})

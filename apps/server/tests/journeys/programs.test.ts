import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { ownPermissions } from '../../src/platform/kernel/permission.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { giveRole } from '../support/api-keys.ts'
import { sqlite } from '../support/engines.ts'
import { newPerson } from '../support/people.ts'
import { type Route, withRoutes } from '../support/routes.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** The calls for people that a program may make too. A route that is added to this list needs a reason. */
const openToPrograms = ['GET /v1/me', 'GET /v1/me/permissions', 'GET /v1/forward-auth']

describe('a program that calls', () => {
  let server: TestServer
  let services: OwnServices
  let routes: readonly Route[]
  /** Every credential of a program, of accounts that may do everything. */
  const credentials: Record<string, string> = {}
  beforeAll(async () => {
    ;({ server, routes } = await withRoutes(() => startTestServer(sqlite)))
    services = openServices(server)
    const person = await newPerson(server.client)
    const service = await services.serviceAccounts.create('Report', noRequest)
    for (const id of [person.id, service.id]) await giveRole(services.db, id, ownPermissions)
    credentials['the key of a person'] = await keyOf(person.id)
    credentials['the key of a service'] = await keyOf(service.id)
    const session = { accountId: service.id, methods: [], context: noRequest }
    const { db, sessions } = services
    credentials['the session of a service'] =
      (await sessions.start(db, { ...session, mode: 'code' })).code ?? ''
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  async function keyOf(accountId: Parameters<OwnServices['apiKeys']['create']>[1]): Promise<string> {
    const input = { name: 'x', permissions: ownPermissions, allowedNetworks: [], expiresAt: null }
    return (await inTransaction(services.db, (db) => services.apiKeys.create(db, accountId, input))).secret
  }

  /** Of each route for signed-in callers, with ids that belong to nothing. */
  async function statusesOf(
    which: (route: Route) => boolean,
    token: string,
  ): Promise<Record<string, string>> {
    // The answers are not those that the document promises: the bodies are not even JSON.
    const client = new TestClient(server.url)
    const found: Record<string, string> = {}
    for (const { method, path } of routes.filter(which)) {
      const address = path.replaceAll(/:\w+/g, '00000000-0000-7000-8000-000000000000')
      const { status, body } = await client.send(method, address, undefined, { token })
      found[`${method} ${path}`] = `${status} ${String(body?.code ?? '')}`
    }
    return found
  }

  it.each(['the key of a person', 'the key of a service', 'the session of a service'])(
    'I8: with %s reaches no route for people, but those that are open to it',
    async (name) => {
      const forPeople = ({ access, method, path }: Route) =>
        ['user', 'session_code'].includes(String(access)) && !openToPrograms.includes(`${method} ${path}`)
      const statuses = await statusesOf(forPeople, credentials[name] ?? '')
      expect(Object.keys(statuses).length).toBeGreaterThan(25)
      // HEAD has no body, and a page says it in words.
      for (const [route, status] of Object.entries(statuses))
        if (!openToPrograms.includes(route.replace('HEAD', 'GET')))
          expect(status, route).toBe(
            /^HEAD|^\w+ \/(?:account|verify|sign-in)/.test(route) ? '403 ' : '403 forbidden',
          )
    },
  )

  it.each(['the key of a person', 'the key of a service', 'the session of a service'])(
    'with %s reaches what its permissions allow, and never what needs a recent sign-in',
    async (name) => {
      const byPermission = ({ access }: Route) => typeof access === 'object' && access !== null
      const isFresh = new Set(
        routes
          .filter(({ config }) => config.freshSession === true)
          .map(({ method, path }) => `${method} ${path}`),
      )
      const statuses = await statusesOf(byPermission, credentials[name] ?? '')
      expect(Object.keys(statuses).length).toBeGreaterThan(5)
      for (const [route, status] of Object.entries(statuses))
        if (isFresh.has(route)) expect(status, route).toMatch(/^403 (?:step_up_required)?$/)
        else expect(status, route).not.toMatch(/^(?:401|403|5)/)
    },
  )

  it('with a key cannot sign out, and ends no session', async () => {
    const { status, body } = await server.client.post(
      '/v1/auth/logout',
      {},
      {
        token: credentials['the key of a person'] ?? '',
      },
    )
    expect([status, body.code]).toEqual([403, 'forbidden'])
  })

  it('has a list of open calls that is complete', () => {
    const open = routes.filter(({ config, method }) => config.openToPrograms === true && method !== 'HEAD')
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual(openToPrograms)
  })
})

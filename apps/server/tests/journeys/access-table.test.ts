import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownPermissions } from '../../src/platform/kernel/permission.ts'
import {
  type CallerKind,
  callerKinds,
  isForAccounts,
  permissionOf,
  verdictOf,
} from '../support/access-table.ts'
import { sqlite } from '../support/engines.ts'
import { loginWith, type Person } from '../support/people.ts'
import { newAdministrator, personWith } from '../support/roles.ts'
import { type Route, withRoutes } from '../support/routes.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { type Answer, TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/**
 * Every endpoint × every kind of caller. The calls have no sensible body, so those that pass the access rules end in
 * 404 or 422, and change little. The rules depend on no engine.
 */
describe('the access table', () => {
  let server: TestServer
  let services: OwnServices
  let routes: readonly Route[]
  let client: TestClient
  const callers = new Map<CallerKind, Person>()
  beforeAll(async () => {
    const started = await withRoutes(() => startTestServer(sqlite))
    server = started.server
    services = openServices(server)
    // Every route once, whatever HEAD answers.
    routes = started.routes.filter((route) => route.method !== 'HEAD' && isForAccounts(route))
    // Pages are not in the OpenAPI document, with which the client of the server compares answers.
    client = new TestClient(server.url)
    callers.set('user', await personWith(server.client, services, []))
    callers.set('admin', await newAdministrator(server.client, services))
    for (const permission of ownPermissions)
      callers.set(permission, await personWith(server.client, services, [permission]))
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  /** A session of its own for each call, because some calls end it. A code, because some calls take nothing else. */
  async function credentialOf(kind: CallerKind): Promise<string | undefined> {
    const caller = callers.get(kind)
    return caller && (await loginWith(server.client, caller.secret, 'code')).session_code
  }

  async function call({ method, path }: Route, kind: CallerKind) {
    const token = await credentialOf(kind)
    const hasBody = method !== 'GET' && method !== 'DELETE'
    const url = path.replaceAll(/:\w+/g, 'nothing-has-this-id')
    const answer = await client.send(
      method,
      url,
      hasBody ? '{}' : undefined,
      token === undefined ? {} : { token },
    )
    // One call gives the account a new secret.
    const caller = callers.get(kind)
    const secret: unknown = answer.body?.user_secret
    if (caller && typeof secret === 'string') callers.set(kind, { ...caller, secret })
    return answer
  }

  it('knows every permission, and each route asks for one of them or for none', () => {
    for (const { method, path, access } of routes)
      if (typeof access === 'object') expect(permissionOf(access), `${method} ${path}`).not.toBeNull()
  })

  /** Null if the answer is what the table says. */
  async function faultOf(route: Route, kind: CallerKind): Promise<string | null> {
    const answer = await call(route, kind)
    const { body } = answer
    const status = leadsToSignIn(answer) ? 401 : answer.status
    const isRefused = status === 401 || status === 403
    // A call that is open to everyone may refuse for reasons of its own, such as a wrong password.
    if (isOpen(route) || (isRefused ? status : 'allowed') === verdictOf(route, kind)) return null
    return `${route.method} ${route.path}: ${status} ${body?.code}`
  }

  it.each(callerKinds)('A29: answers each route as the table says, to %s', async (kind) => {
    // If a route asks for no permission, holders of different permissions are alike.
    const isTold = ({ access }: Route) => typeof access === 'object' || basicKinds.has(kind)
    const faults: (string | null)[] = []
    for (const route of routes.filter(isTold)) faults.push(await faultOf(route, kind))
    expect(faults.filter((fault) => fault !== null)).toEqual([])
    expect(faults.length).toBeGreaterThan(5)
  })
})

const basicKinds: ReadonlySet<CallerKind> = new Set(['nobody', 'user', 'admin'])

/** A page does not answer 401: it leads its reader to sign in. */
function leadsToSignIn({ status, headers }: Answer): boolean {
  return status === 303 && headers.get('location')?.startsWith('/sign-in?') === true
}

function isOpen({ access }: Route): boolean {
  return access === 'public' || access === 'optional'
}

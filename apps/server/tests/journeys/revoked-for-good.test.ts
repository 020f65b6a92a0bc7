import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { type Login, loginWith, newPerson, type Person } from '../support/people.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.each(engines)('a revoked credential on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  const nodes: TestServer[] = []
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    nodes.push(server, await startNode())
  })
  afterAll(async () => {
    await services?.close()
    for (const node of nodes.toReversed()) await node.close()
  })

  function startNode(): Promise<TestServer> {
    const { databaseUrl, clock, url } = server
    return startTestServer(engine, { databaseUrl, clock, env: { PROXIMA_PUBLIC_URL: url } })
  }

  /** Everything that someone could keep of the sessions that end. */
  interface Kept {
    readonly token: Login
    readonly code: Login
  }

  const keep = async (person: Person): Promise<Kept> => ({
    token: await loginWith(server.client, person.secret),
    code: await loginWith(server.client, person.secret, 'code'),
  })

  async function statusesAt({ client }: TestServer, { token, code }: Kept): Promise<number[]> {
    const cookie = { cookie: `__Host-proxima=${code.session_code}` }
    const answers = [
      await client.me(token.access_token),
      await client.post('/v1/auth/refresh', { refresh_token: token.refresh_token }),
      await client.me(code.session_code),
      await client.get('/v1/me', { headers: cookie }),
    ]
    return answers.map(({ status }) => status)
  }

  const remove = (path: string, token: string, body?: object) =>
    server.client.send('DELETE', path, body && JSON.stringify(body), { token })

  const revocations: Record<string, (person: Person, kept: Kept) => Promise<unknown>> = {
    'by signing out': async (_person, { token, code }) => {
      await server.client.post('/v1/auth/logout', {}, { token: token.access_token })
      await server.client.post('/v1/auth/logout', {}, { token: code.session_code })
    },
    'one by one': async (person, { token, code }) => {
      await remove(`/v1/me/sessions/${token.session_id}`, person.token)
      await remove(`/v1/me/sessions/${code.session_id}`, person.token)
    },
    'with all others': async (person) => await remove('/v1/me/sessions', person.token),
    'with the password': async (person) =>
      await server.client.put(
        '/v1/me/password',
        { user_secret: person.secret, new_password: password },
        { token: person.token },
      ),
    'with the user secret': async (person) =>
      await server.client.post('/v1/me/secret', {}, { token: person.token }),
    'with the account, by its owner': async (person) =>
      await remove('/v1/me', person.token, { user_secret: person.secret }),
    'by suspending the account': async (person) => {
      await services.administration.suspend(person.id)
      await services.administration.activate(person.id)
    },
    'by erasing the account': async (person) => await services.administration.erase(person.id),
  }

  it('A54, A55, A56: no longer works at once, on another node, and after a restart', async () => {
    const gone = new Map<string, Kept>()
    for (const [how, revoke] of Object.entries(revocations)) {
      const person = await newPerson(server.client)
      const kept = await keep(person)
      for (const node of nodes) expect(await statusesAt(node, kept), how).toEqual([200, 200, 200, 200])
      await revoke(person, kept)
      gone.set(how, kept)
      for (const node of nodes) expect(await statusesAt(node, kept), how).toEqual([401, 401, 401, 401])
    }
    nodes.push(await startNode())
    for (const [how, kept] of gone)
      for (const node of nodes) expect(await statusesAt(node, kept), how).toEqual([401, 401, 401, 401])
  })
})

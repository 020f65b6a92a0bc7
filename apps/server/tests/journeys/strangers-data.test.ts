import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { newPerson, type Person } from '../support/people.ts'
import { isOpenToEveryAccount, type Route, withRoutes } from '../support/routes.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.each(engines)('the data of others, on $name', (engine) => {
  let server: TestServer
  let routes: readonly Route[]
  let amina: Person
  let baraka: Person
  beforeAll(async () => {
    ;({ server, routes } = await withRoutes(() => startTestServer(engine)))
    amina = await newPerson(server.client, 'amina')
    baraka = await newPerson(server.client, 'baraka')
  })
  afterAll(async () => await server?.close())

  const ask = (path: string) => server.client.get(path, { token: baraka.token })

  it('A29: cannot be searched: no query parameter selects accounts', () => {
    const names = routes.filter(isOpenToEveryAccount).flatMap(({ queryNames }) => queryNames)
    const ownPages = ['limit', 'cursor', 'size', 'format']
    // The random id of a request of an application, which finds no account.
    const requests = ['request']
    const availability = ['username', 'email', 'phone_number']
    // The token of a link in a message cannot be guessed. The outbox exists only in development.
    const links = ['token', 'message']
    // What a page shows of its reader's own account, and where it leads.
    const pages = [
      'return_to',
      'needs',
      'way',
      'channel',
      'sent',
      'verify',
      'done',
      'consents',
      'kind',
      'from',
      'to',
    ]
    // What a proxy asks of its own caller.
    const forwardAuth = ['permission', 'role', 'redirect']
    expect(new Set(names)).toEqual(
      new Set([...ownPages, ...requests, ...availability, ...links, ...pages, ...forwardAuth]),
    )
  })

  it('A29: is in no answer to another account that puts the ids of its owner in the path and the query', async () => {
    const readable = routes.filter((route) => route.method === 'GET' && isOpenToEveryAccount(route))
    // The pages are not part of the API, which the client of the server checks.
    const client = new TestClient(server.url)
    for (const { path, queryNames } of readable)
      for (const value of [amina.id, amina.sessionId, 'amina', 'ami%25'])
        for (const query of ['', ...queryNames.map((name) => `?${name}=${value}`)]) {
          const address = path.replaceAll(/:\w+/g, value) + query
          const { status, text } = await client.get(address, { token: baraka.token })
          expect(status, address).toBeLessThan(500)
          expect(text, address).not.toContain(`"${amina.id}"`)
          expect(text, address).not.toContain(`"${amina.sessionId}"`)
        }
  })

  it('A29: is not in the answers about the own account', async () => {
    for (const name of ['id', 'user_id', 'account_id', 'username', 'email'])
      for (const path of ['/v1/me', '/v1/me/profile', '/v1/me/sessions']) {
        const { status, text } = await ask(`${path}?${name}=${amina.id}`)
        expect([200, 422], `${path}?${name}`).toContain(status)
        expect(text).not.toContain(amina.id)
        expect(text).not.toContain(amina.sessionId)
      }
  })

  it('A29: is not revealed by a part of an identifier', async () => {
    for (const part of ['ami', 'amin%25', 'amin_', 'amina*'])
      expect((await ask(`/v1/auth/availability?username=${part}`)).body).not.toMatchObject({
        available: false,
        reason: 'username_taken',
      })
  })

  it('A30: cannot be sorted or filtered by hidden fields', async () => {
    const hidden = ['password_hash', 'code_digest', 'refresh_key_sealed', 'national_id_sealed']
    const forms = [
      'sort=%',
      'order_by=%',
      'sort=-%',
      'filter[%]=a',
      '%=a',
      '%[gt]=a',
      'fields=%',
      'where[%][lt]=a',
    ]
    for (const query of hidden.flatMap((name) => forms.map((form) => form.replaceAll('%', name)))) {
      const { status, body } = await ask(`/v1/me/sessions?${encodeURI(query)}`)
      expect([status, body.code], query).toEqual([422, 'validation_failed'])
    }
  })
})

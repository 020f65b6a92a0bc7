/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines } from '../support/engines.ts'
import { defused, injectionsFor } from '../support/injections.ts'
import { openApiCheckOf } from '../support/openapi-check.ts'
import {
  exact,
  type NamedOperation,
  type OpenApiDocument,
  operationsOf,
} from '../support/openapi-document.ts'
import { password } from '../support/password.ts'
import { newPerson } from '../support/people.ts'
import { sweepStep } from '../support/sweep-step.ts'
import { type Answer, TestClient } from '../support/test-client.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** Where a text goes in: gives the call with it. */
type Place = (text: string) => Promise<Answer>

describe.each(engines)('SQL in a request, on $name', (engine) => {
  const injections = injectionsFor(engine)
  /** Enough where each try costs a hash, and where no text is read. */
  const some = injections.slice(0, 8)
  /** Each place begins at another text, and each engine at another one for the same place. */
  let places = engines.indexOf(engine)
  let server: TestServer
  let client: TestClient
  let db: Database
  let document: OpenApiDocument
  let operations: NamedOperation[]
  let token: string
  let before: unknown
  let serial = 100_000
  let registered = 0

  beforeAll(async () => {
    server = await startTestServer(engine, {
      env: { PROXIMA_TRUSTED_PROXIES: '127.0.0.1', PROXIMA_LOG_LEVEL: 'error' },
    })
    client = new TestClient(server.url)
    db = openDatabase(server.databaseUrl)
    document = (await openApiCheckOf(server.url)).document
    operations = operationsOf(document)
    await client.register({ username: 'amina', email: 'amina@example.com', password, full_name: 'Amina' })
    token = (await newPerson(client, 'baraka')).token
    registered = 2
    before = await victim()
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  async function victim() {
    const amina = db.selectFrom('accounts').where('username', '=', 'amina')
    const account = await amina.selectAll().executeTakeFirstOrThrow()
    const hash = db.selectFrom('passwords').select('hash').where('account_id', '=', account.id)
    return { account, hash: await hash.executeTakeFirstOrThrow() }
  }

  /** A call that succeeds as it stands, with nothing in it that was there before. */
  function call({ operationId, method, path }: NamedOperation) {
    serial += 1
    const bodies: Record<string, object> = {
      register: { username: `user${serial}` },
      login: { username: 'amina', password },
      loginWithUserSecret: { user_secret: 'pxu_x' },
      patchMe: { full_name: 'Baraka' },
    }
    const body = bodies[operationId] ?? (method === 'get' ? undefined : {})
    const query: Record<string, string> =
      operationId === 'getAvailability' ? { username: `user${serial}` } : {}
    return { method: method.toUpperCase(), path, body, query }
  }

  async function send(
    { method, path, body, query }: ReturnType<typeof call>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const search = new URLSearchParams(query)
    const credential = { authorization: `Bearer ${token}` }
    const text = body === undefined ? undefined : JSON.stringify(body)
    const address = search.size === 0 ? path : `${path}?${search.toString()}`
    const answer = await client.send(method, address, text, { headers: { ...credential, ...headers } })
    if (path === '/v1/auth/register' && answer.status === 201) registered += 1
    return answer
  }

  const identifiers = ['identifier', 'username', 'email', 'phone_number']
  /** Identifiers are there once, so each try has its own; an email is one by its end. */
  const dressed = (field: string, text: string) =>
    `${identifiers.includes(field) ? serial : ''}${text}${field === 'email' ? '@example.com' : ''}`

  function fieldsOf({ requestBody }: NamedOperation): string[] {
    const schema = requestBody?.content['application/json']?.schema
    return Object.keys(schema === undefined ? {} : (exact(schema, document).properties ?? {}))
  }

  function inBody(operation: NamedOperation, field: string): Place {
    return (text) => {
      const { body, ...rest } = call(operation)
      // An identifier stands in the place of the one that is there.
      const { username: _, ...others } = body as { username?: string }
      const kept = identifiers.includes(field) ? others : body
      return send({ ...rest, body: { ...kept, [field]: dressed(field, text) } })
    }
  }

  function inQuery(operation: NamedOperation, name: string): Place {
    return (text) => send({ ...call(operation), query: { [name]: dressed(name, text) } })
  }

  async function expectHarmless(place: Place, where: string, all = injections): Promise<void> {
    places += 1
    const texts = all.filter((_, index) => (index + places) % sweepStep === 0)
    const answers = texts.flatMap((text) => [place(text), place(defused(text))])
    const shapes = (await Promise.all(answers)).map(shapeOf)
    for (const [index, text] of texts.entries()) {
      expect(shapes[2 * index], `${where}: ${text}`).toEqual(shapes[2 * index + 1])
      expect(shapes[2 * index]?.status, `${where}: ${text}`).toBeLessThan(500)
    }
  }

  it('A28: in a field of a body is nothing but text', async () => {
    for (const operation of operations) {
      for (const field of fieldsOf(operation)) {
        const isHashed = operation.operationId === 'login' || field === 'password'
        const texts = isHashed ? some : injections
        await expectHarmless(inBody(operation, field), `${operation.operationId} ${field}`, texts)
      }
    }
  })

  it('A28: in a query or a path is nothing but text', async () => {
    for (const operation of operations.filter(({ method }) => method === 'get')) {
      const { operationId, parameters = [] } = operation
      for (const { name } of parameters)
        await expectHarmless(inQuery(operation, name), `${operationId} ?${name}`)
      await expectHarmless(inQuery(operation, 'sort'), `${operationId} ?sort`, some)
    }
    for (const path of ['/docs/problems/', '/v1/me/', '/v1/auth/', '/'])
      await expectHarmless((text) => client.get(path + encodeURIComponent(text)), path, some)
  })

  it('A28: in a header is nothing but text', async () => {
    const usual = ['user-agent', 'x-forwarded-for', 'forwarded', 'cookie', 'referer', 'accept-language']
    for (const operation of operations) {
      const together: Place = (text) =>
        send(call(operation), Object.fromEntries(usual.map((name) => [name, text])))
      await expectHarmless(together, `${operation.operationId} headers`, some)
      if (operation.security.length > 0) {
        const credential: Place = (text) => send(call(operation), { authorization: `Bearer ${text}` })
        await expectHarmless(credential, `${operation.operationId} Authorization`)
      }
    }
    const register = operations.find(({ operationId }) => operationId === 'register')
    if (register === undefined) throw new Error('there is no operation register')
    const retry: Place = (text) => {
      const registration = call(register)
      return send(registration, { 'idempotency-key': `${serial}${text}` })
    }
    await expectHarmless(retry, 'register Idempotency-Key')
  })

  it('A28: is stored as plain text with a session', async () => {
    for (const text of injections) {
      const { secret } = await newPerson(client)
      registered += 1
      const headers = { 'user-agent': text }
      const { body } = await client.post('/v1/auth/token', { user_secret: secret }, { headers })
      const row = db.selectFrom('sessions').select('user_agent').where('id', '=', body.session_id)
      expect((await row.executeTakeFirstOrThrow()).user_agent).toBe(text.trim())
    }
  })

  it('A28: has changed no data and no account', async () => {
    expect(await victim()).toEqual(before)
    const roles = await db.selectFrom('account_roles').select('role').execute()
    expect(new Set(roles.map(({ role }) => role))).toEqual(new Set(['user']))
    expect(await db.selectFrom('accounts').select('id').execute()).toHaveLength(registered)
    expect((await client.login({ username: 'amina', password })).status).toBe(200)
  })
})

/** What an attacker could tell two answers apart by, without what is another for every request. */
function shapeOf({ status, headers, body }: Answer) {
  const { code, available, reason, errors } = (body ?? {}) as Record<string, unknown>
  const findings = (errors ?? []) as { pointer: string; code: string }[]
  return {
    status,
    code,
    available,
    reason,
    members: Object.keys((body ?? {}) as object),
    errors: findings.map((error) => `${error.pointer} ${error.code}`),
    type: headers.get('content-type'),
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookSecret } from '../../tests/support/bounces.ts'
import { sqlite } from '../../tests/support/engines.ts'
import { openApiCheckOf } from '../../tests/support/openapi-check.ts'
import {
  examplesOf,
  type NamedOperation,
  type OpenApiDocument,
  operationsOf,
  resolve,
  type Schema,
} from '../../tests/support/openapi-document.ts'
import { callOperation, needsPermission, takesJson } from '../../tests/support/openapi-operations.ts'
import { newPerson } from '../../tests/support/people.ts'
import { makeAdministrator } from '../../tests/support/roles.ts'
import type { Answer } from '../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../tests/support/test-server.ts'

type Body = Readonly<Record<string, unknown>>

/** Of the right type for most fields, and against the rules of most fields that have any. */
const rulesBreakers = ['\u0007', '?', 'https://evil.example']
const ofNoType: readonly never[] = []

const pointersOf = ({ body }: Answer) =>
  ((body?.errors ?? []) as readonly { pointer: string }[]).map(({ pointer }) => pointer)

describe('every call that reads JSON', () => {
  let server: TestServer
  let document: OpenApiDocument
  let operations: readonly NamedOperation[]
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_WEBHOOK_SECRET: webhookSecret } })
    document = (await openApiCheckOf(server.url)).document
    operations = operationsOf(document).filter(takesJson)
  })
  afterAll(async () => await server?.close())

  /** Each time by another account, because some calls end it. */
  async function call(operation: NamedOperation, fields: Body): Promise<Answer> {
    const credential = operation.security.length > 0 ? await newCaller(operation) : null
    return await callOperation(operation, { client: server.client, credential, body: JSON.stringify(fields) })
  }

  async function newCaller(operation: NamedOperation): Promise<string> {
    const { id, token } = await newPerson(server.client)
    if (needsPermission(operation)) await makeAdministrator(server, id)
    return token
  }

  function bodyOf({ requestBody }: NamedOperation): { example: Body; schema: Schema } {
    const media = requestBody?.content['application/json']
    if (media === undefined) throw new Error('no JSON')
    const { $ref } = media.schema
    const schema = $ref === undefined ? media.schema : resolve($ref, document)
    // The session is fresh, and the account has none of these.
    const { current_password: _password, user_secret: _secret, ...example } = examplesOf(media)[0] as Body
    return { example, schema }
  }

  /** The fields that a rule refuses, each with a value that it refuses. */
  async function brokenByRules(operation: NamedOperation): Promise<Body> {
    const { example, schema } = bodyOf(operation)
    const broken: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(schema.properties ?? {}))
      for (const value of valuesFor(field)) {
        const pointers = pointersOf(await call(operation, { ...example, [name]: value }))
        if (!pointers.some((pointer) => pointer.startsWith(`/${name}`))) continue
        broken[name] = value
        break
      }
    return broken
  }

  function valuesFor(field: Schema): readonly unknown[] {
    const known = field.$ref === undefined ? field : resolve(field.$ref, document)
    const [member] = Object.keys(known.properties ?? {})
    return member === undefined ? rulesBreakers : rulesBreakers.map((value) => ({ [member]: value }))
  }

  it('names every wrong field in one answer, whatever else is wrong', { timeout: 60_000 }, async () => {
    const found: string[] = []
    for (const operation of operations) {
      const { example, schema } = bodyOf(operation)
      const broken = await brokenByRules(operation)
      const others = Object.keys(schema.properties ?? {}).filter((name) => !(name in broken))
      const wrongTypes = Object.fromEntries(others.map((name) => [name, ofNoType]))
      const all = pointersOf(await call(operation, { ...example, ...broken, ...wrongTypes, unknown: 1 }))
      const top = new Set(all.map((pointer) => pointer.split('/')[1]))
      const where = `${operation.method} ${operation.path}`
      expect(top, where).toEqual(new Set([...Object.keys(broken), ...others, 'unknown']))
      found.push(...Object.keys(broken).map((name) => `${where} ${name}`))
    }
    // Otherwise this test would compare nothing.
    for (const known of [
      'post /v1/auth/register email',
      'put /v1/me/password new_password',
      'put /v1/me/username username',
      'patch /v1/me/profile social_links',
    ])
      expect(found).toContain(known)
    expect(found.length).toBeGreaterThan(15)
  })
})

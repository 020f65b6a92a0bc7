import { createConfig, lintFromString } from '@redocly/openapi-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedHeaders, webhookSecret } from '../../tests/support/bounces.ts'
import { sentSecretsFor } from '../../tests/support/code-answers.ts'
import { sqlite } from '../../tests/support/engines.ts'
import { factorSecretFor } from '../../tests/support/factor-answers.ts'
import { confirmEmail } from '../../tests/support/factor-recovery-answers.ts'
import { addTotp, codesByEmail } from '../../tests/support/factors.ts'
import type { FrozenClock } from '../../tests/support/frozen-clock.ts'
import { type OpenApiCheck, openApiCheckOf } from '../../tests/support/openapi-check.ts'
import {
  examplesOf,
  mediaOf,
  type NamedOperation,
  type OpenApiDocument,
  operationsOf,
  resolve,
  type Schema,
  schemasIn,
} from '../../tests/support/openapi-document.ts'
import { takesJson } from '../../tests/support/openapi-operations.ts'
import { newPerson } from '../../tests/support/people.ts'
import { makeAdministrator } from '../../tests/support/roles.ts'
import type { Answer, TestClient } from '../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../tests/support/test-server.ts'
import type { AccountId } from '../platform/kernel/ids.ts'

const isJson = (type: string) => type.includes('json')

describe('the OpenAPI document as a product', () => {
  let server: TestServer
  let check: OpenApiCheck
  let document: OpenApiDocument
  let operations: NamedOperation[]
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    check = await openApiCheckOf(server.url)
    document = check.document
    operations = operationsOf(document)
  })
  afterAll(async () => await server?.close())

  it('passes the linter', async () => {
    const config = await createConfig({ extends: ['recommended'] })
    const lint = async (given: object) =>
      await lintFromString({ source: JSON.stringify(given), absoluteRef: '/openapi.json', config })
    const problems = (await lint(document)).map(({ ruleId, message }) => `${ruleId}: ${message}`)
    expect(problems).toEqual([])
    // The linter finds what it is for.
    expect((await lint({ ...document, servers: [] })).length).toBeGreaterThan(0)
  })

  it('says what each call does, and what each parameter is', () => {
    for (const { operationId, description = '', parameters = [] } of operations) {
      expect(description.length, operationId).toBeGreaterThan(20)
      for (const { name, description: about = '' } of parameters)
        expect(about.length, `${operationId} ${name}`).toBeGreaterThan(4)
    }
  })

  it('says what each field and each named schema is', () => {
    const fields = allSchemas(document).flatMap(([where, { properties = {} }]) =>
      Object.entries(properties).map(([name, field]) => [`${where} ${name}`, field] as const),
    )
    for (const [where, schema] of [...fields, ...Object.entries(document.components.schemas)])
      expect(descriptionOf(schema).length, where).toBeGreaterThan(4)
  })

  function descriptionOf({ description, $ref, anyOf = [] }: Schema): string {
    if (description !== undefined) return description
    if ($ref !== undefined) return descriptionOf(resolve($ref, document))
    return anyOf.map(descriptionOf).join('')
  }

  it('gives a name to every body, so that clients have a type for it', () => {
    const unnamed = operations.flatMap((operation) =>
      mediaOf(operation)
        .filter(([, type, { schema }]) => isJson(type) && (schema.allOf?.[0] ?? schema).$ref === undefined)
        .map(([where]) => where),
    )
    expect(unnamed).toEqual([])
    const expected = [
      'User',
      'Me',
      'Session',
      'SessionPage',
      'Profile',
      'Login',
      'Problem',
      'FieldError',
      'JwkSet',
    ]
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(expected))
  })

  it('writes enumerations with their type, and null as a type', () => {
    for (const [where, schema] of allSchemas(document)) {
      if (schema.enum !== undefined) expect(schema.type, where).toBeDefined()
      for (const branch of schema.anyOf ?? []) expect(branch.$ref ?? branch.type, where).not.toBe('string')
    }
  })

  it('has an example for every body, which follows its schema', () => {
    const wrong = operations.flatMap((operation) =>
      mediaOf(operation).flatMap(([where, type, media]) => {
        const examples = examplesOf(media)
        if (examples.length === 0) return isJson(type) || type.startsWith('text/') ? [`${where}: none`] : []
        return examples.flatMap((example) =>
          check.validate(media.schema, example, 'example').map((problem) => `${where}: ${problem}`),
        )
      }),
    )
    expect(wrong).toEqual([])
  })

  it('has an example for each code of a problem, as the server would send it', () => {
    for (const operation of operations)
      for (const [where, type, media] of mediaOf(operation))
        if (type === 'application/problem+json')
          for (const [code, { value }] of Object.entries(media.examples ?? {}))
            expect(value, where).toMatchObject({ code, status: Number(where.split(' ')[1]) })
  })

  it('has request examples that the server accepts as they stand, in a new account', async () => {
    const accepted: string[] = []
    for (const operation of operations.filter(takesJson)) {
      // Only with strict privacy is there something to confirm.
      const isStrict = operation.operationId === 'confirmRegistration'
      const env = {
        PROXIMA_PRIVACY: isStrict ? 'strict' : 'standard',
        PROXIMA_WEBHOOK_SECRET: webhookSecret,
        ...codesByEmail,
      }
      const fresh = await startTestServer(sqlite, { env })
      const answer = await sendExample(operation, fresh)
      await fresh.close()
      expect(answer.status, `${operation.operationId} ${answer.text}`).toBeLessThan(300)
      accepted.push(operation.operationId)
    }
    expect(accepted).toEqual(expect.arrayContaining(['register', 'login', 'patchMe', 'deleteMe', 'restore']))
  })

  /** Sends the example after those of the calls that a client makes before: registration and sign-in. */
  async function sendExample(operation: NamedOperation, server: TestServer): Promise<Answer> {
    const { client, clock } = server
    const { operationId, method, path } = operation
    const example = exampleOf(operationId)
    if (operationId === 'register') return await client.post(path, example)
    if (operationId === 'reportBounce')
      return await client.post(path, example, {
        headers: signedHeaders(JSON.stringify(example), clock.now()),
      })
    await client.post('/v1/auth/register', exampleOf('register'))
    if (operationId === 'login') return await client.post(path, example)
    const login = await client.post('/v1/auth/login', exampleOf('login'))
    const token: string = login.body.access_token
    if (operation['x-permission'] !== undefined) {
      await makeAdministrator(server, login.body.user.id as AccountId)
      const url = await withThing(path, { client, token, clock })
      // An example cannot name an account of this server.
      const merged = operationId === 'mergeUsers' && { source_id: (await newPerson(client)).id }
      const body = JSON.stringify({ ...example, ...merged })
      return await client.send(method.toUpperCase(), url, body, { token })
    }
    if (operationId === 'restore')
      await client.send('DELETE', '/v1/me', JSON.stringify(exampleOf('deleteMe')), { token })
    const url = await withThing(path, { client, token, clock })
    const body = JSON.stringify(await known(operationId, example))
    return await client.send(method.toUpperCase(), url, body, { token })

    // An example cannot have a secret that a server knows. Only these calls are made of nothing else.
    async function known(id: string, given: object): Promise<object> {
      if (id === 'refresh') return { ...given, refresh_token: login.body.refresh_token }
      const sent = await sentSecretsFor(id, { client, token, email: 'amina@example.com' })
      if (sent !== null) return { ...given, ...sent }
      const signIn = () => client.post('/v1/auth/login', exampleOf('login'))
      const proof = await factorSecretFor(id, { client, clock, token }, signIn)
      if (proof !== null) return { ...given, ...proof }
      if (id !== 'loginWithUserSecret') return given
      const { body } = await client.register({ username: 'juma' })
      return { ...given, user_secret: body.user_secret }
    }
  }

  /** The path with things that exist: those that the examples of their creation make, or another account. */
  async function withThing(
    path: string,
    { client, token, clock }: { client: TestClient; token: string; clock: FrozenClock },
  ): Promise<string> {
    let address = ''
    let described = ''
    for (const part of path.split(/(?=\/\{\w+\})/)) {
      const [, thing = '', rest = part] = /^(\/\{\w+\})(.*)$/.exec(part) ?? []
      if (thing !== '') address += `/${await newThing(described, address)}`
      address += rest
      described += thing + rest
    }
    return address

    async function newThing(list: string, url: string): Promise<string> {
      if (list === '/v1/me/factors') return await newFactor()
      if (/\/\{id\}\/factors(\/recovery)?$/.test(path)) return await newPersonWithFactor()
      const creation = operations.find((each) => each.method === 'post' && each.path === list)
      const { body } =
        creation === undefined
          ? await client.register({ username: 'administered' })
          : await client.post(url, { ...exampleOf(creation.operationId) }, { token })
      return String(body.id ?? body.name)
    }

    async function newPersonWithFactor(): Promise<string> {
      const email = 'owner-of-factors@example.com'
      const person = await newPerson(client, { email })
      await addTotp(client, person.token, clock)
      await confirmEmail(client, person.token, email)
      return person.id
    }

    async function newFactor(): Promise<string> {
      await addTotp(client, token, clock)
      const { body } = await client.get('/v1/me/factors', { token })
      return String(body.data[0].id)
    }
  }

  function exampleOf(operationId: string): object {
    const operation = operations.find((each) => each.operationId === operationId)
    return operation?.requestBody?.content['application/json']?.example as object
  }
})

/** Every schema of the document, with the place where it stands. */
function allSchemas(document: OpenApiDocument): [string, Schema][] {
  const named = Object.entries(document.components.schemas)
  const bodies = operationsOf(document).flatMap((operation) =>
    mediaOf(operation).map(([where, , { schema }]) => [where, schema] as const),
  )
  return [...named, ...bodies].flatMap(([where, schema]) =>
    schemasIn(schema, document).map((each): [string, Schema] => [where, each]),
  )
}

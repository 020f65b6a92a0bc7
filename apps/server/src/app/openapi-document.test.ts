import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../tests/support/engines.ts'
import { OpenApiCheck } from '../../tests/support/openapi-check.ts'
import {
  codesOf,
  type NamedOperation,
  type OpenApiDocument,
  oauthErrorsOf,
  operationsOf,
  type Schema,
  schemasIn,
} from '../../tests/support/openapi-document.ts'
import { isOAuth, notOf } from '../../tests/support/openapi-operations.ts'
import { startTestServer, type TestServer } from '../../tests/support/test-server.ts'

const withOptionalBody = new Set([
  'logout',
  'renewMySecret',
  'replayWebhook',
  'rotateMyApiKey',
  'rotateServiceAccountApiKey',
  'rotateWebhookSecret',
])

describe('the OpenAPI document', () => {
  let server: TestServer
  let text: string
  let document: OpenApiDocument
  let operations: NamedOperation[]
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    const answer = await server.client.get('/openapi.json')
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    text = answer.text
    document = answer.body as OpenApiDocument
    operations = operationsOf(document)
  })
  afterAll(async () => await server?.close())

  it('is OpenAPI 3.1, and its schemas are valid', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(operations.length).toBeGreaterThan(5)
    new OpenApiCheck(document, new Set()).compileAll()
  })

  it('does not depend on where the server runs', async () => {
    const env = { PROXIMA_PUBLIC_URL: 'https://accounts.example.org', PROXIMA_HOST: 'localhost' }
    const other = await startTestServer(sqlite, { env })
    const answer = await other.client.get('/openapi.json', { headers: { host: 'evil.example' } })
    await other.close()
    expect(answer.text).toBe(text)
  })

  it('shows the answer to a short username as the server gives it', async () => {
    const { body } = await server.client.register({ username: 'ab', password: 'seven green buses sing' })
    const page = await server.client.get('/docs/problems/validation_failed')
    expect(page.text).toContain(`${body.errors[0].detail}&quot;`)
  })

  it('names every operation once, and describes its purpose', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { operationId, summary, tags } of operations) {
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/)
      expect(summary.length, operationId).toBeGreaterThan(5)
      expect(tags.length, operationId).toBe(1)
    }
  })

  it('describes every response', () => {
    for (const { operationId, responses } of operations) {
      for (const [status, { description }] of Object.entries(responses)) {
        expect(description, `${operationId} ${status}`).not.toBe('Default Response')
        expect(description.length, `${operationId} ${status}`).toBeGreaterThan(4)
      }
    }
  })

  it('refuses fields that it does not name, at every depth of every request body', () => {
    for (const operation of operations) {
      const { operationId, requestBody } = operation
      // Unknown parameters are ignored there (RFC 6749 §3.2).
      if (requestBody === undefined || isOAuth(operation)) continue
      expect(requestBody.required, operationId).toBe(!withOptionalBody.has(operationId))
      const schemas = Object.values(requestBody.content).map(({ schema }) => schema)
      expect(schemas.length, operationId).toBeGreaterThan(0)
      for (const object of schemas.flatMap((schema) => objectsIn(schema, document)))
        expect(object.additionalProperties, operationId).toBe(false)
    }
  })

  it('lets later versions add fields to an answer', () => {
    for (const { operationId, responses } of operations)
      for (const { content } of Object.values(responses))
        for (const { schema } of Object.values(content ?? {}))
          for (const object of objectsIn(schema, document))
            expect(object.additionalProperties, operationId).not.toBe(false)
  })

  it('asks for a credential exactly if a call without one gets 401', () => {
    for (const { operationId, security, responses } of operations.filter(notOf(isOAuth))) {
      const codes = codesOf(responses['401'] ?? { description: '' })
      const isRefused = codes.some((code) => ['unauthenticated', 'signature_invalid'].includes(code))
      expect(isRefused, operationId).toBe(security.length > 0)
    }
  })

  it('takes an Idempotency-Key for every call that creates something', () => {
    // What `/oauth/par` creates is gone after a minute.
    const creations = operations.filter(
      (operation) => operation.method === 'post' && '201' in operation.responses && !isOAuth(operation),
    )
    expect(creations.length).toBeGreaterThan(5)
    const takesKey = ({ parameters = [] }: NamedOperation) =>
      parameters.some((each) => each.in === 'header' && each.name === 'idempotency-key')
    const without = creations.filter((operation) => !takesKey(operation))
    expect(without.map(({ operationId }) => operationId)).toEqual([])
  })

  it('gives every refusal the schema of a problem, with its possible codes', () => {
    for (const operation of operations) {
      const { operationId, responses } = operation
      const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400)
      expect(refusals.length, operationId).toBeGreaterThan(0)
      const type = isOAuth(operation) ? 'application/json' : 'application/problem+json'
      for (const [status, response] of refusals) {
        expect(Object.keys(response.content ?? {}), `${operationId} ${status}`).toEqual([type])
        const codes = isOAuth(operation) ? oauthErrorsOf(response) : codesOf(response)
        expect(codes.length, `${operationId} ${status}`).toBeGreaterThan(0)
      }
    }
  })

  it('has a page for every code', async () => {
    const codes = new Set(operations.flatMap(({ responses }) => Object.values(responses).flatMap(codesOf)))
    for (const code of [...codes, 'not_found', 'method_not_allowed']) {
      const page = await server.client.get(`/docs/problems/${code}`)
      expect(page.status, code).toBe(200)
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    }
  })
})

function objectsIn(schema: Schema | undefined, document: OpenApiDocument): Schema[] {
  return schemasIn(schema, document).filter(({ properties }) => properties !== undefined)
}

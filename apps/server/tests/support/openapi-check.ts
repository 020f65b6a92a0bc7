import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { checkConventions, isMachinePage } from './api-conventions.ts'
import { type Content, exact, type OpenApiDocument, type Operation } from './openapi-document.ts'
import type { Exchange } from './test-client.ts'

interface Route {
  /** As in the document: `/v1/me/sessions/{id}`. */
  readonly template: string
  readonly operations: Readonly<Record<string, Operation>>
}

/**
 * Compares real answers with the server's own OpenAPI document. An object may have no member that its schema does not
 * name, although the document lets later versions add members.
 */
export class OpenApiCheck {
  readonly document: OpenApiDocument
  readonly #routes: readonly Route[]
  // A part of `allOf` does not need to repeat that it is an object, so only the check of types is not strict.
  readonly #ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true })
  readonly #validators = new Map<object, ValidateFunction>()
  readonly #seen: Set<string>

  constructor(document: OpenApiDocument, seen: Set<string>) {
    this.document = document
    this.#seen = seen
    const all = Object.entries(document.paths).map(([template, operations]) => ({ template, operations }))
    // As in the server: /v1/users/export is a route of its own, and not that of a user.
    this.#routes = all.toSorted((one, other) => parametersIn(one.template) - parametersIn(other.template))
    this.#ajv.addFormat('uri', (text) => URL.canParse(text))
    // Version 7 for an id, and 8 for the pseudonym of an erased account.
    this.#ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    this.#ajv.addFormat('binary', true)
    // The contract is narrower than RFC 3339: UTC, with milliseconds.
    this.#ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  }

  /**
   * The answers of these operations so far, of all servers in this process: `login 200`, or `login 401
   * invalid_credentials`.
   */
  seenOf(operations: readonly Operation[]): readonly string[] {
    const names = new Set(operations.map(({ operationId }) => operationId))
    return [...this.#seen].filter((answer) => names.has(answer.split(' ', 1)[0] ?? ''))
  }

  /** Throws if the answer does not match the document and the conventions. */
  readonly check = (exchange: Exchange): void => {
    const problems = [...checkConventions(exchange), ...this.#checkAgainstDocument(exchange)]
    if (problems.length === 0) return
    const { method, path, answer } = exchange
    const about = `${method} ${path} answered ${answer.status} ${answer.text.slice(0, 500)}`
    throw new Error(`${problems.join('\n')}\n${about}`)
  }

  #checkAgainstDocument(exchange: Exchange): string[] {
    const { method, answer } = exchange
    const path = pathOf(exchange.path)
    const operations = this.#routes.find(({ template }) => matches(path, template))?.operations
    // HEAD is GET without the body. OPTIONS is for browsers, so the document leaves it out.
    const operation = operations?.[method === 'HEAD' ? 'get' : method.toLowerCase()]
    if (operation !== undefined) return this.#checkOperation(operation, exchange)
    if (method === 'OPTIONS' && answer.status === 204) return []
    if (operations === undefined && isMachinePage(path)) return []
    const expected = operations === undefined ? [400, 404, 405] : [400, 405]
    return expected.includes(answer.status) ? [] : ['The document has no such operation.']
  }

  #checkOperation(operation: Operation, { method, sent, hasBody, answer }: Exchange): string[] {
    const code: unknown = answer.body?.code ?? answer.body?.error
    const isProblem = answer.status >= 400 && typeof code === 'string'
    this.#seen.add(`${operation.operationId} ${answer.status}${isProblem ? ` ${code}` : ''}`)
    const response = operation.responses[String(answer.status)]
    if (response === undefined) return ['The document has no such status for this operation.']
    const missing = Object.keys(response.headers ?? {}).filter((name) => !answer.headers.has(name))
    const problems = missing.map((name) => `The document promises the header ${name}.`)
    if (method !== 'HEAD') problems.push(...this.#checkContent(response.content, answer))
    if (answer.status < 300 && !hasBody && operation.requestBody?.required === true)
      problems.push('The document requires a body, and the server does not.')
    if (answer.status < 300 && hasBody && sent !== undefined)
      problems.push(...this.#checkSent(operation, sent))
    return problems
  }

  #checkContent(content: Content | undefined, { headers, text, body }: Exchange['answer']): string[] {
    if (content === undefined) return text === '' ? [] : ['The document promises no body.']
    const type = headers.get('content-type')?.split(';')[0] ?? 'none'
    const schema = content[type]?.schema
    if (schema === undefined) return [`The document does not have the media type ${type} here.`]
    return /json/.test(type) ? this.validate(schema, body, 'answer') : []
  }

  // The document must allow every request that the server accepts.
  #checkSent(operation: Operation, sent: string): string[] {
    const schema = operation.requestBody?.content['application/json']?.schema
    return schema === undefined ? [] : this.validate(schema, JSON.parse(sent), 'request')
  }

  /** What is wrong with the value; nothing if it follows the schema. */
  validate(schema: object, value: unknown, what: string): string[] {
    const validate = this.#validators.get(schema) ?? this.#ajv.compile(exact(schema, this.document))
    this.#validators.set(schema, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `The ${what} breaks its schema at "${instancePath}": ${message} ${JSON.stringify(params)}.`,
    )
  }

  /** Compiles every schema, so that a schema that no answer uses is at least valid. */
  compileAll(): void {
    for (const { operations } of this.#routes) {
      for (const { requestBody, responses } of Object.values(operations)) {
        const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)]
        for (const content of contents)
          for (const { schema } of Object.values(content ?? {}))
            this.#ajv.compile(exact(schema, this.document))
      }
    }
  }
}

const checks = new Map<string, OpenApiCheck>()
const seen = new Set<string>()

/**
 * The check for the server at the address. Servers whose documents differ only in their address share it and its
 * compiled schemas.
 */
export async function openApiCheckOf(url: string): Promise<OpenApiCheck> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument
  const key = JSON.stringify({ ...document, servers: [] })
  const check = checks.get(key) ?? new OpenApiCheck(document, seen)
  checks.set(key, check)
  return check
}

const checksBySettings = new Map<string, OpenApiCheck>()

/**
 * The check for the server with these settings. Only the first server with them is asked for its document, because a
 * server takes longer to make the document than to start. Ports differ from test to test, and are not in it.
 */
export async function openApiCheckFor(
  settings: Readonly<Record<string, string>>,
  url: string,
): Promise<OpenApiCheck> {
  const key = JSON.stringify(settings).replaceAll(/:\d+/g, '')
  const check = checksBySettings.get(key) ?? (await openApiCheckOf(url))
  checksBySettings.set(key, check)
  return check
}

/** The path as the server's router reads it: without dots and query, and decoded if that is possible. */
function pathOf(sent: string): string {
  const { pathname } = new URL(`http://server${sent}`)
  try {
    return decodeURI(pathname)
  } catch {
    return pathname
  }
}

function parametersIn(template: string): number {
  return template.split('{').length - 1
}

function matches(path: string, template: string): boolean {
  const segments = path.split('/')
  const expected = template.split('/')
  return (
    segments.length === expected.length &&
    expected.every(
      (segment, index) => segment === segments[index] || (segment.startsWith('{') && segments[index] !== ''),
    )
  )
}

/** The part of OpenAPI 3.1 that our document uses. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly object[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, ResponseObject>>
  /** The permission that the call needs; absent if it needs none. */
  readonly 'x-permission'?: string
  /** True if the call needs a recent sign-in. */
  readonly 'x-fresh-session'?: true
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly description?: string
  readonly schema: Schema
}

export interface ResponseObject {
  readonly description: string
  readonly headers?: Readonly<Record<string, object>>
  readonly content?: Content
}

export type Content = Readonly<Record<string, Media>>

export interface Media {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}

export interface Schema {
  readonly title?: string
  readonly description?: string
  readonly type?: unknown
  readonly $ref?: string
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: unknown
  readonly enum?: readonly unknown[]
}

export interface NamedOperation extends Operation {
  readonly method: string
  readonly path: string
}

export function operationsOf({ paths }: OpenApiDocument): NamedOperation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ ...operation, method, path })),
  )
}

/** The problem codes that the document allows for a response; none if it is a success. */
export function codesOf({ content }: ResponseObject): string[] {
  const parts = content?.['application/problem+json']?.schema.allOf ?? []
  return parts.flatMap(({ properties }) => (properties?.['code']?.enum ?? []).map(String))
}

/** The errors of OAuth that the document allows for a response; none if it is a success. */
export function oauthErrorsOf({ content }: ResponseObject): string[] {
  const parts = content?.['application/json']?.schema.allOf ?? []
  return parts.flatMap(({ properties }) => (properties?.['error']?.enum ?? []).map(String))
}

/** The schema with its references resolved, which allows only the members that it names. */
export function exact(schema: Schema, document: OpenApiDocument, isPart = false): Schema {
  if (schema.$ref !== undefined) return exact(resolve(schema.$ref, document), document, isPart)
  const { allOf, anyOf, properties, items, ...rest } = schema
  const isClosed = 'additionalProperties' in rest || isPart
  return {
    ...rest,
    ...(allOf && { allOf: allOf.map((part) => exact(part, document, true)) }),
    ...(anyOf && { anyOf: anyOf.map((branch) => exact(branch, document, isPart)) }),
    ...(items && { items: exact(items, document) }),
    ...(properties && { properties: exactProperties(properties, document) }),
    // Members that any part of `allOf` names count as evaluated (JSON Schema 2020-12, Core §11.3).
    ...((properties || allOf) && !isClosed && { unevaluatedProperties: false }),
  }
}

function exactProperties(properties: NonNullable<Schema['properties']>, document: OpenApiDocument) {
  const entries = Object.entries(properties).map(([name, each]) => [name, exact(each, document)])
  return Object.fromEntries(entries) as NonNullable<Schema['properties']>
}

export function resolve(reference: string, { components }: OpenApiDocument): Schema {
  const found = components.schemas[reference.replace('#/components/schemas/', '')]
  if (found === undefined) throw new Error(`${reference} leads nowhere`)
  return found
}

/** The schema and all schemas in it, with the references resolved. */
export function schemasIn(schema: Schema | undefined, document: OpenApiDocument): Schema[] {
  if (schema === undefined) return []
  if (schema.$ref !== undefined) return schemasIn(resolve(schema.$ref, document), document)
  const { properties = {}, items, anyOf = [], allOf = [] } = schema
  const inner = [...Object.values(properties), ...anyOf, ...allOf, ...(items ? [items] : [])]
  return [schema, ...inner.flatMap((each) => schemasIn(each, document))]
}

/** The bodies of an operation, of requests and answers, each with a name for messages. */
export function mediaOf({ operationId, requestBody, responses }: Operation): [string, string, Media][] {
  const contents = Object.entries(responses).map(([status, { content }]) => [status, content] as const)
  return [['request', requestBody?.content] as const, ...contents].flatMap(([what, content]) =>
    Object.entries(content ?? {}).map(([type, media]): [string, string, Media] => [
      `${operationId} ${what}`,
      type,
      media,
    ]),
  )
}

/** All examples of a body. */
export function examplesOf({ example, examples = {} }: Media): unknown[] {
  return [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)]
}

/** Only the secret of another system is hashed, and the tests of the document have none. */
const unprovoked = ['loginWithUserSecret 503 overloaded']

/** Every answer of the operation that the document promises: its status, and its code if it is a problem. */
export function answersOf({ operationId, responses }: NamedOperation): string[] {
  return Object.entries(responses).flatMap(([status, response]) => {
    const codes = codesOf(response)
    return codes.length > 0
      ? codes
          .map((code) => `${operationId} ${status} ${code}`)
          .filter((answer) => !unprovoked.includes(answer))
      : [`${operationId} ${status}`]
  })
}

// Writes the types of packages/client from docs/openapi.json. With --check it writes nothing and exits 1 if the file is
// stale.
import { readFileSync } from 'node:fs'
import { operationsWithoutMethod } from '../packages/client/tests/support/operations-without-method.ts'
import { writeOrCheck } from './generated-document.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly (string | number | boolean | null)[]
  readonly const?: string | number | boolean | null
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly format?: string
  readonly description?: string
}

interface Parameter {
  readonly in: string
  readonly name: string
  readonly schema: Schema
  readonly required?: boolean
  readonly description?: string
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const { paths, components } = JSON.parse(
  readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8'),
) as OpenApi
const operations = Object.values(paths)
  .flatMap((path) => Object.values(path))
  .filter(({ operationId }) => !(operationId in operationsWithoutMethod))

const introduction = `// Generated from docs/openapi.json by scripts/generate-client-types.ts. Do not edit it.
`

const used = reachable(operations.map(({ requestBody, responses }) => ({ requestBody, responses })))
/** The client has one type for a page of anything. */
const names = [...used].filter((name) => !name.endsWith('Page'))
const text = [
  introduction,
  errorCodes(),
  ...names.sort().map((name) => declarationOf(name, schemaOf(name))),
  ...operations.flatMap(queryOf).sort(),
].join('\n')
writeOrCheck('packages/client/src/api-types.data.ts', text, 'scripts/generate-client-types.ts')

/** The names of the schemas to which a part of the document refers, directly or through others. */
function reachable(from: unknown, found = new Set<string>()): Set<string> {
  for (const name of refsIn(from)) {
    if (found.has(name)) continue
    found.add(name)
    reachable(schemaOf(name), found)
  }
  return found
}

function refsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [nameOf(value)] : refsIn(value),
  )
}

function schemaOf(name: string): Schema {
  const schema = components.schemas[name]
  if (schema === undefined) throw new Error(`docs/openapi.json has no schema ${name}`)
  return schema
}

function nameOf(ref: string): string {
  return ref.replace('#/components/schemas/', '')
}

/** The code of each problem that one of the calls may answer. */
function errorCodes(): string {
  const codes = new Set(operations.flatMap(({ responses }) => codesIn(responses)))
  const lines = [...codes].sort().map((code) => `  | '${code}'`)
  return `/** The codes of the problems that the server answers. */\nexport type ProblemCode =\n${lines.join('\n')}\n`
}

/** The values that a schema allows for the field `code` of a problem. */
function codesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  const own = (node as Schema).properties?.['code']?.enum?.map(String) ?? []
  return [...own, ...Object.values(node).flatMap(codesIn)]
}

function declarationOf(name: string, schema: Schema): string {
  const comment = commentOf(schema.description, '')
  if (schema.properties === undefined) return `${comment}export type ${name} = ${typeOf(schema, '')}\n`
  return `${comment}export interface ${name} ${membersOf(schema, '')}\n`
}

function membersOf({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `
  const members = Object.entries(properties).map(([name, schema]) => {
    const key = `${/\W/.test(name) ? literal(name) : name}${required.includes(name) ? '' : '?'}`
    return `${commentOf(schema.description, inner)}${inner}readonly ${key}: ${typeOf(schema, inner)}\n`
  })
  return members.length === 0 ? '{}' : `{\n${members.join('')}${indent}}`
}

function typeOf(schema: Schema, indent: string): string {
  const { $ref, const: only, enum: values, anyOf, allOf, type } = schema
  if ($ref !== undefined) return nameOf($ref)
  if (only !== undefined) return literal(only)
  if (values !== undefined) return values.map(literal).join(' | ')
  if (anyOf !== undefined) return anyOf.map((each) => typeOf(each, indent)).join(' | ')
  if (allOf !== undefined) return allOf.map((each) => typeOf(each, indent)).join(' & ')
  const types = typeof type === 'string' ? [type] : (type ?? [])
  if (types.length === 0) return 'unknown'
  return types.map((each) => namedType(each, schema, indent)).join(' | ')
}

function namedType(type: string, schema: Schema, indent: string): string {
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'array') return arrayOf(schema.items ?? {}, indent)
  if (type !== 'object') return type
  const { properties, additionalProperties } = schema
  if (properties !== undefined) return membersOf(schema, indent)
  const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown'
  return `Readonly<Record<string, ${values}>>`
}

function arrayOf(items: Schema, indent: string): string {
  const item = typeOf(items, indent)
  return `readonly ${item.includes(' | ') && !item.startsWith('{') ? `(${item})` : item}[]`
}

function literal(value: string | number | boolean | null): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

/** The parameters by which a call filters or chooses. The cursor of a list is handled by the client. */
function queryOf({ operationId, parameters = [] }: Operation): string[] {
  const given = parameters.filter(({ in: place, name }) => place === 'query' && name !== 'cursor')
  if (given.every(({ name }) => name === 'limit')) return []
  const properties = Object.fromEntries(
    given.map(({ name, schema, description }) => [
      name,
      { ...givenType(schema), ...(description !== undefined && { description }) },
    ]),
  )
  const required = given.filter((parameter) => parameter.required === true).map(({ name }) => name)
  const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Query`
  return [`export interface ${name} ${membersOf({ properties, required }, '')}\n`]
}

/** In an address, everything is text. A program gives numbers and truth values. */
function givenType(schema: Schema): Schema {
  const { pattern, enum: values } = schema as Schema & { readonly pattern?: string }
  if (pattern?.includes('[0-9]') === true) return { type: 'number' }
  if (values?.includes('true') === true) return { type: 'boolean' }
  return schema
}

/** The first sentence, which says what it is. */
function commentOf(description: string | undefined, indent: string): string {
  if (description === undefined) return ''
  const [sentence = ''] = description.split(/(?<=\.) (?=[A-Z`])/)
  return `${indent}/** ${sentence.replace(/\.$/, '').replaceAll('*/', '* /')} */\n`
}

/** A part of the document; most of them are schemas. */
type Node = Readonly<Record<string, unknown>>

/** The parts of an OpenAPI document in which schemas are. */
export interface DescribedSchemas {
  readonly paths?: unknown
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

/**
 * Moves every schema that has a `title` to the components under this name, so that generators make a type with a name
 * from it. The server itself uses the schemas as they are, without references. It also writes two forms in the way that
 * most generators read: the type of an enumeration, and null as a second type (JSON Schema 2020-12 §6.1.1).
 */
export function nameSchemas<Document extends DescribedSchemas>(document: Document): Document {
  const named = new Map<string, Node>()
  const paths = rewrite(document.paths, named)
  for (const schema of Object.values(document.components?.schemas ?? {})) rewrite(schema, named)
  const schemas = Object.fromEntries([...named].toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return { ...document, paths, components: { ...document.components, schemas } }
}

/** The members that hold values and not schemas. */
const valueMembers = new Set(['const', 'default', 'enum', 'example', 'examples', 'required'])

function rewrite(part: unknown, named: Map<string, Node>): unknown {
  if (Array.isArray(part)) return part.map((each) => rewrite(each, named))
  if (!isNode(part)) return part
  const entries = Object.entries(part).map(
    ([name, each]) => [name, rewriteMember(name, each, named)] as const,
  )
  const schema = withTypedEnum(withNullAsType(Object.fromEntries(entries)))
  return typeof schema['title'] === 'string' ? reference(schema['title'], schema, named) : schema
}

function rewriteMember(name: string, member: unknown, named: Map<string, Node>): unknown {
  if (valueMembers.has(name)) return member
  // The names in it are those of fields: none has a meaning here.
  if (name !== 'properties' || !isNode(member)) return rewrite(member, named)
  return Object.fromEntries(Object.entries(member).map(([field, each]) => [field, rewrite(each, named)]))
}

/**
 * A name has one meaning: two schemas with the same title must be equal. Their examples do not count, because those of a
 * whole body have already become examples of the body.
 */
function reference(title: string, { ...schema }: Record<string, unknown>, named: Map<string, Node>): Node {
  delete schema['examples']
  const known = named.get(title) ?? schema
  if (JSON.stringify(known) !== JSON.stringify(schema))
    throw new Error(`there are two schemas with the title ${title}`)
  named.set(title, known)
  return { $ref: `#/components/schemas/${title}` }
}

function withNullAsType(schema: Node): Node {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema
  const [given, empty] = anyOf as readonly Node[]
  if (given === undefined || empty?.['type'] !== 'null' || typeof given['type'] !== 'string') return schema
  const { type, enum: values, ...others } = given
  return {
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...(values as readonly unknown[]), null] }),
    ...others,
    ...rest,
  }
}

function withTypedEnum(schema: Node): Node {
  const { enum: values, type } = schema
  const isOfTexts = Array.isArray(values) && values.every((value) => typeof value === 'string')
  return isOfTexts && type === undefined ? { type: 'string', ...schema } : schema
}

function isNode(part: unknown): part is Node {
  return typeof part === 'object' && part !== null
}

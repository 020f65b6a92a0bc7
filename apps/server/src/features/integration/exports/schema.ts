import { type Column, columnsOf, type ExportedTable, memberOf } from './columns.ts'
import { exportFormat, exportVersion } from './model.ts'
import { lineKinds, type Part } from './shape.ts'

type Schema = Readonly<Record<string, unknown>>

const types: Readonly<Record<Exclude<Column['kind'], 'implied'>, Schema>> = {
  id: { type: 'string', format: 'uuid' },
  text: { type: 'string' },
  integer: { type: 'integer' },
  time: { type: 'string', format: 'date-time' },
}

/** The JSON Schema (2020-12) of one line of the export, made from the lists by which it is written and read. */
export function exportSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `A line of ${exportFormat}, version ${exportVersion}`,
    oneOf: [header, ...lineKinds.map(lineSchema), end],
  }
}

const header = objectOf({
  type: { const: 'header' },
  format: { const: exportFormat },
  version: { const: exportVersion },
  exported_at: types.time,
  secret_id: types.text,
  sessions: { type: 'boolean' },
})

const end = objectOf({
  type: { const: 'end' },
  lines: { type: 'object', additionalProperties: types.integer },
})

function lineSchema({ type, table, parts }: (typeof lineKinds)[number]): Schema {
  return objectOf({ type: { const: type }, ...membersOf(table, parts) })
}

function membersOf(table: ExportedTable, parts: readonly Part[]): Readonly<Record<string, Schema>> {
  const own = Object.entries(columnsOf(table)).flatMap(([name, { kind, isNullable }]) =>
    kind === 'implied'
      ? []
      : [[memberOf(name), isNullable ? { anyOf: [types[kind], { type: 'null' }] } : types[kind]]],
  )
  const others = parts.map((part) => [part.member, partSchema(part)])
  const files = table === 'pictures' ? { files: filesSchema } : {}
  return { ...(Object.fromEntries([...own, ...others]) as Record<string, Schema>), ...files }
}

const filesSchema: Schema = {
  type: 'object',
  description: 'Each file by its name, in base64',
  additionalProperties: { type: 'string', contentEncoding: 'base64' },
}

function partSchema({ form, parts, table }: Part): Schema {
  const members = membersOf(table, parts)
  if (form === 'one') return { anyOf: [objectOf(members), { type: 'null' }] }
  if (form === 'values') return { type: 'array', items: Object.values(members)[0] ?? types.text }
  return { type: 'array', items: objectOf(members) }
}

function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  const required = Object.keys(properties).filter((name) => name !== 'sessions' || 'format' in properties)
  return { type: 'object', properties, required, additionalProperties: false }
}

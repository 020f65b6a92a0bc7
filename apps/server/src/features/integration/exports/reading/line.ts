import { parseStrictJson, StrictJsonError } from '../../../../platform/kernel/strict-json.ts'
import { columnsOf, type ExportedTable } from '../columns.ts'
import { decodeRow, InvalidMember, type Members, type Row } from '../encoding.ts'
import { type LineKind, lineKinds, type Part } from '../shape.ts'
import { type FileLine, invalidLine } from './file-lines.ts'
import { type PictureContent, readPictureFiles } from './picture-files.ts'

export interface TableRow {
  readonly table: ExportedTable
  /** What is sealed in the database is open. */
  readonly row: Row
}

/** A line of the file, as the rows that it stands for: first its own, then those of its parts. */
export interface ExportLine {
  readonly number: number
  readonly kind: LineKind
  readonly id: string
  readonly rows: readonly TableRow[]
  readonly picture: PictureContent | null
  /** How much memory it needs, roughly. */
  readonly size: number
}

/** @throws `export_line_invalid` */
export function parseLine({ number, text }: FileLine): Members {
  try {
    const value = parseStrictJson(text, { depthMax: 8 })
    if (isMembers(value)) return value
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    throw invalidLine(number, error.message.replace(/\.$/, ''))
  }
  throw invalidLine(number, 'it is not a JSON object')
}

/** @throws `export_line_invalid`, InvalidMember */
export function readLine(line: FileLine, { type, ...members }: Members): ExportLine {
  const kind: LineKind | undefined = lineKinds.find((each) => each.type === type)
  if (kind === undefined) throw invalidLine(line.number, 'its type is not one that this version knows')
  const { picture, members: others } = readPictureFiles(members)
  const rows = readRows(kind.table, others, { implied: {}, parts: kind.parts })
  const id = String(rows[0]?.row[kind.idColumn])
  return { number: line.number, kind, id, rows, picture, size: line.text.length }
}

interface Place {
  readonly implied: Row
  readonly parts: readonly Part[]
}

function readRows(table: ExportedTable, members: Members, { implied, parts }: Place): TableRow[] {
  const row = decodeRow(table, members, { implied, others: parts.map(({ member }) => member) })
  const rows: TableRow[] = [{ table, row }]
  for (const part of parts) rows.push(...readPart(part, members[part.member], row['id'] ?? row['name']))
  return rows
}

function readPart(part: Part, value: unknown, owner: unknown): TableRow[] {
  const { table, ownerColumn, parts } = part
  const implied = { [ownerColumn]: owner }
  return partMembers(part, value).flatMap((members) => readRows(table, members, { implied, parts }))
}

function partMembers({ form, member, table }: Part, value: unknown): readonly Members[] {
  if (value === null || value === undefined) return []
  if (form === 'one') {
    if (!isMembers(value)) throw new InvalidMember(member, 'an object')
    return [value]
  }
  if (!Array.isArray(value)) throw new InvalidMember(member, 'a list')
  if (form === 'values') return value.map((each: unknown) => ({ [onlyColumn(table)]: each }))
  if (!value.every(isMembers)) throw new InvalidMember(member, 'a list of objects')
  return value
}

function onlyColumn(table: ExportedTable): string {
  const columns = Object.entries(columnsOf(table)).filter(([, { kind }]) => kind !== 'implied')
  return columns[0]?.[0] ?? ''
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

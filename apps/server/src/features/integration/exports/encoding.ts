import type { Sealer } from '../../../platform/crypto/sealing.ts'
import { isId } from '../../../platform/kernel/ids.ts'
import { type Column, columnsOf, type ExportedTable, memberOf } from './columns.ts'

/** Between the rows of the database and the objects of the file. */

export type Row = Readonly<Record<string, unknown>>
export type Members = Readonly<Record<string, unknown>>

/** Its message names the member, and never shows a value: it may be a secret. */
export class InvalidMember extends Error {
  constructor(member: string, expected: string) {
    super(`"${member}" must be ${expected}`)
    this.name = 'InvalidMember'
  }
}

/** @throws WrongMasterSecret, DamagedSeal */
export function encodeRow(table: ExportedTable, row: Row, sealer: Pick<Sealer, 'open'>): Members {
  const members: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(columnsOf(table)))
    if (column.kind !== 'implied') members[memberOf(name)] = encode(column, row, row[name], sealer)
  return members
}

function encode(column: Column, row: Row, value: unknown, sealer: Pick<Sealer, 'open'>): unknown {
  if (value === null || value === undefined) return null
  if (column.seal !== undefined && typeof value === 'string') {
    const { purpose, idColumn } = column.seal
    return sealer.open(value, { purpose, id: String(row[idColumn]) })
  }
  return column.kind === 'time' ? encodeTime(Number(value)) : value
}

/** Times that have no date are written as milliseconds since 1970. */
function encodeTime(milliseconds: number): string | number {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? milliseconds : date.toISOString()
}

/**
 * Makes the row again. A member that the file does not have is null: an older version may have written the file.
 * @param implied the values of the columns that the file does not have
 * @param others members that belong to other tables
 * @throws InvalidMember
 */
export function decodeRow(
  table: ExportedTable,
  members: Members,
  { implied, others }: { readonly implied: Row; readonly others: readonly string[] },
): Row {
  const columns = columnsOf(table)
  const known = new Set([...Object.keys(columns).map(memberOf), ...others])
  for (const member of Object.keys(members))
    if (!known.has(member)) throw new InvalidMember(member, 'a member that this version knows')
  const row: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(columns))
    row[name] = column.kind === 'implied' ? (implied[name] ?? null) : decode(column, name, members)
  return row
}

function decode(column: Column, name: string, members: Members): unknown {
  const member = memberOf(name)
  const value = members[member] ?? null
  if (value !== null) return decodeValue(column, member, value)
  if (!column.isNullable) throw new InvalidMember(member, 'given')
  return null
}

function decodeValue({ kind }: Column, member: string, value: unknown): unknown {
  if (kind === 'time') return decodeTime(member, value)
  if (kind === 'integer') {
    if (!Number.isSafeInteger(value)) throw new InvalidMember(member, 'a whole number')
    return value
  }
  // PostgreSQL cannot store U+0000 (A20).
  if (typeof value !== 'string' || value.includes('\0')) throw new InvalidMember(member, 'a text')
  if (kind === 'id' && !isId(value)) throw new InvalidMember(member, 'a UUID in lower case')
  return value
}

const isoTime = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

function decodeTime(member: string, value: unknown): number {
  const milliseconds = typeof value === 'string' && isoTime.test(value) ? Date.parse(value) : value
  if (typeof milliseconds === 'number' && Number.isSafeInteger(milliseconds)) return milliseconds
  throw new InvalidMember(member, 'a time such as 2026-01-31T12:00:00.000Z')
}

/** Seals what is open in the file, for the place where the row will be. */
export function sealRow(table: ExportedTable, row: Row, sealer: Pick<Sealer, 'seal'>): Row {
  const sealed: Record<string, unknown> = { ...row }
  for (const [name, { seal }] of Object.entries(columnsOf(table)))
    if (seal !== undefined && typeof row[name] === 'string')
      sealed[name] = sealer.seal(row[name], { purpose: seal.purpose, id: String(row[seal.idColumn]) })
  return sealed
}

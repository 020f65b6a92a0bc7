import type { Row, UserRow } from '../model.ts'

/** What the row has in the column. `a.b.0` reads within JSON, also if the JSON is a text. */
export function valueAt(row: Row, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column]
  let found: unknown = row
  for (const part of column.split('.')) {
    const container = typeof found === 'string' ? parsed(found) : found
    if (typeof container !== 'object' || container === null || !Object.hasOwn(container, part)) return null
    found = (container as Row)[part]
  }
  return found
}

/** The row that has the columns of a field: that of the user, or the first of a side table. */
export function rowFor({ row, side }: UserRow, from: string | undefined): Row {
  return from === undefined ? row : (side[from]?.[0] ?? {})
}

/** A value as text; null for none, and for what has no text. Bytes that are no text are written in hex. */
export function textOfValue(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
  }
  if (value instanceof Uint8Array) return textOfBytes(value)
  return value instanceof Date ? value.toISOString() : null
}

/** Compares with what a map lists: a database may have an id as bytes, as text or as a number. */
export function keyOfValue(value: unknown): string {
  // An object of the old backend may hold a "toString" of its own, so no object is turned into text (A05).
  const text =
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (textOfValue(value) ?? 'null')
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? text.replaceAll('-', '').toLowerCase()
    : text
}

export function isTrue(value: unknown): boolean {
  if (typeof value === 'string') return !/^(?:|0|f|false|n|no|null)$/i.test(value.trim())
  // Some databases have a flag as one byte.
  if (value instanceof Uint8Array) return value.some((byte) => byte !== 0)
  return Boolean(value)
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('hex')
  }
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

import type { Row } from '../model.ts'
import { valueAt } from './value.ts'

/** What the column of external ids holds. */
export const keyLengthMax = 200

/** The external id of a row; null if it has none. An id of 16 bytes is a UUID. */
export function keyOfRow(row: Row, column: string): string | null {
  const value = valueAt(row, column)
  const text = value instanceof Uint8Array ? uuidOrHex(Buffer.from(value)) : plain(value)
  return text === '' ||
    text.length > keyLengthMax ||
    !/^[^\p{C}\p{Z}](?:[^\p{Cc}]*[^\p{C}\p{Z}])?$/u.test(text)
    ? null
    : text
}

function plain(value: unknown): string {
  return ['string', 'number', 'bigint'].includes(typeof value) ? String(value).trim() : ''
}

function uuidOrHex(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return bytes.length === 16 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : hex
}

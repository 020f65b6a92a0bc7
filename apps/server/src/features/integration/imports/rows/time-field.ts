import type { TimeSpec } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import { isTrue, rowFor, textOfValue, valueAt } from './value.ts'

/** Numbers from here on are milliseconds: as seconds they would be after the year 5000. */
const millisecondsMin = 100_000_000_000
const naive = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i

/** The time of a field in milliseconds since 1970; null if it has none, or one that cannot be. */
export function readTime(user: UserRow, field: TimeSpec | undefined, now: number): number | null {
  if (field === undefined) return null
  const time = toTime(valueIn(user, field), typeof field === 'string' ? undefined : field.unit)
  // A clock may have been wrong, but no account is from the future.
  return time === null || !(time > 0) ? null : Math.min(time, now)
}

/** When something was verified. A yes without a time counts from `since`. */
export function readVerified(
  user: UserRow,
  field: TimeSpec | undefined,
  { since, now }: { readonly since: number; readonly now: number },
): number | null {
  if (field === undefined) return null
  const value = valueIn(user, field)
  if (!isTrue(value)) return null
  const isFlag = value === true || /^(?:1|t|true|y|yes)$/i.test(textOfValue(value) ?? '')
  return isFlag || value instanceof Uint8Array ? since : (readTime(user, field, now) ?? since)
}

function valueIn(user: UserRow, field: TimeSpec): unknown {
  return typeof field === 'string'
    ? valueAt(user.row, field)
    : valueAt(rowFor(user, field.from), field.column)
}

function toTime(value: unknown, unit: 'seconds' | 'milliseconds' | undefined): number | null {
  if (value instanceof Date) return value.getTime()
  const text = textOfValue(value)?.trim() ?? ''
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text)
    const isSeconds = unit === undefined ? number < millisecondsMin : unit === 'seconds'
    return Math.floor(isSeconds ? number * 1_000 : number)
  }
  const [, date, time = '00:00', fraction = '', zone = 'Z'] = naive.exec(text) ?? []
  if (date === undefined) return null
  const parsed = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${fullZone(zone)}`)
  return Number.isNaN(parsed) ? null : parsed
}

function fullZone(zone: string): string {
  const [, hours, minutes = '00'] = /^([+-]\d{2}):?(\d{2})?$/.exec(zone) ?? []
  return hours === undefined ? 'Z' : `${hours}:${minutes}`
}

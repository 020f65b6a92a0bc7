import type { MapFields } from '../maps/format.ts'
import type { Row, UserRow } from '../model.ts'
import type { RowRules } from './rules.ts'
import { keyOfValue, textOfValue, valueAt } from './value.ts'

type RolesSpec = NonNullable<MapFields['roles']>

export interface ReadRoles {
  readonly roles: readonly string[]
  /** The values that the operator must confirm. */
  readonly askedRoles: readonly string[]
}

/** The roles that the map gives for the values of a row. What it does not list gives none. */
export function readRoles(user: UserRow, { lookups, variant }: RowRules): ReadRoles {
  const spec = variant.fields.roles
  if (spec === undefined) return { roles: [], askedRoles: [] }
  const names = valuesOf(user, spec).map((value) => nameOf(value, spec, lookups))
  const listed = [...new Set(names)].filter((name) => rolesFor(spec, name).length > 0)
  const askedRoles = listed.filter((name) => spec.ask?.includes(name) === true)
  const given = listed.filter((name) => !askedRoles.includes(name))
  return { roles: [...new Set(given.flatMap((name) => rolesFor(spec, name)))], askedRoles }
}

/** People could choose a value such as "constructor", which every object has and no map lists (A05). */
export function rolesFor(spec: RolesSpec | undefined, value: string): readonly string[] {
  return spec !== undefined && Object.hasOwn(spec.values, value) ? (spec.values[value] ?? []) : []
}

function valuesOf({ row, side }: UserRow, { column, from }: RolesSpec): unknown[] {
  const rows = from === undefined ? [row] : (side[from] ?? [])
  return rows.flatMap((each) => {
    const value = valueAt(each, column)
    return Array.isArray(value) ? (value as unknown[]) : [value]
  })
}

function nameOf(value: unknown, { lookup }: RolesSpec, lookups: RowRules['lookups']): string {
  if (lookup === undefined) return textOfValue(value) ?? ''
  const key = keyOfValue(value)
  const named = (lookups.get(lookup.table) ?? []).find(
    (row: Row) => keyOfValue(valueAt(row, lookup.key)) === key,
  )
  return named === undefined ? '' : (textOfValue(valueAt(named, lookup.column)) ?? '')
}

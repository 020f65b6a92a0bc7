import { Failure } from '../../../../platform/kernel/failures.ts'
import { mapUnfit } from '../model.ts'
import type { ImportMap, MapVariant } from './format.ts'

/** Says which columns a table of the source has; of a file there is only one table. */
export type ColumnsOf = (variant: MapVariant) => Promise<readonly string[]>

/**
 * The first variant of the map that fits the source.
 * @throws `map_unfit`
 */
export async function chooseVariant(map: ImportMap, columnsOf: ColumnsOf): Promise<MapVariant> {
  const seen: string[] = []
  for (const variant of map.variants) {
    const columns = await columnsOf(variant)
    const absent = await absentTables(variant, columnsOf)
    if (columns.length > 0 && absent.length === 0 && fits(variant, columns)) return variant
    seen.push(described(variant, columns, absent))
  }
  throw new Failure(mapUnfit, { detail: `No variant of the map fits. ${seen.join(' ')} ${mapUnfit.advice}` })
}

async function absentTables(variant: MapVariant, columnsOf: ColumnsOf): Promise<string[]> {
  const absent: string[] = []
  for (const table of variant.when?.tables ?? [])
    if ((await columnsOf({ ...variant, table })).length === 0) absent.push(table)
  return absent
}

function fits({ key, when }: MapVariant, columns: readonly string[]): boolean {
  // A column within JSON is looked for in each row.
  const has = (name: string) => columns.includes(name) || columns.includes(name.split('.', 1)[0] ?? '')
  const isComplete = has(key) && (when?.columns ?? []).every(has)
  return isComplete && !(when?.without ?? []).some((name) => columns.includes(name))
}

function described(
  { name, table, key, when }: MapVariant,
  columns: readonly string[],
  absent: readonly string[],
): string {
  if (columns.length === 0) return `"${name}": the source has no rows, or no table "${table ?? ''}".`
  if (absent.length > 0) return `"${name}": the source has no table "${absent.join('", "')}".`
  const missing = [key, ...(when?.columns ?? [])].filter((each) => !columns.includes(each))
  const extra = (when?.without ?? []).filter((each) => columns.includes(each))
  if (missing.length > 0) return `"${name}": the source has no column "${missing.join('", "')}".`
  return `"${name}": the source has "${extra.join('", "')}".`
}

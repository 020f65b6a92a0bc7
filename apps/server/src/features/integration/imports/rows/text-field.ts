import type { TextSpec } from '../maps/format.ts'
import type { Row, UserRow } from '../model.ts'
import { rowFor, textOfValue, valueAt } from './value.ts'

/** A field of a map: a column, or how it is read from columns. */
export type TextField<Spec extends TextSpec = TextSpec> = string | Spec

export function specOf<Spec extends TextSpec>(field: TextField<Spec>): Spec | { readonly column: string } {
  return typeof field === 'string' ? { column: field } : field
}

/** The text of a field of the row; null if it has none, or one that stands for nothing. */
export function readText(user: UserRow, field: TextField | undefined): string | null {
  if (field === undefined) return null
  const spec: TextSpec = specOf(field)
  const text = rawText(rowFor(user, spec.from), spec)?.trim() ?? ''
  if (text === '' || (spec.drop ?? []).includes(text)) return null
  const translated = spec.values !== undefined && Object.hasOwn(spec.values, text) ? spec.values[text] : text
  return part(translated ?? null, spec.part)
}

/** The same without any change: a password may begin with a space. */
export function readExact(user: UserRow, field: TextField | undefined): string | null {
  if (field === undefined) return null
  const spec: TextSpec = specOf(field)
  return rawText(rowFor(user, spec.from), spec)
}

/** The value of the one column of a field, such as the bytes of a picture. */
export function readValue(user: UserRow, field: TextField | undefined): unknown {
  if (field === undefined) return null
  const spec: TextSpec = specOf(field)
  const value = spec.column === undefined ? null : valueAt(rowFor(user, spec.from), spec.column)
  return typeof value === 'string' && (spec.drop ?? []).includes(value.trim()) ? null : value
}

function rawText(row: Row, { column, columns, template, value, join = ' ' }: TextSpec): string | null {
  if (value !== undefined) return value
  if (column !== undefined) return textOfValue(valueAt(row, column))
  if (template !== undefined) return filled(row, template)
  const texts = (columns ?? []).map((each) => textOfValue(valueAt(row, each))?.trim() ?? '')
  return texts.filter((text) => text !== '').join(join)
}

function filled(row: Row, template: string): string | null {
  let isComplete = true
  const text = template.replaceAll(/\{([^{}]+)\}/g, (_, column: string) => {
    const value = textOfValue(valueAt(row, column))
    if (value === null) isComplete = false
    return value ?? ''
  })
  return isComplete ? text : null
}

function part(text: string | null, wanted: TextSpec['part']): string | null {
  if (text === null || wanted === undefined) return text
  const [first = '', ...others] = text.split(/\s+/)
  const chosen = wanted === 'first_word' ? first : others.join(' ')
  return chosen === '' ? null : chosen
}

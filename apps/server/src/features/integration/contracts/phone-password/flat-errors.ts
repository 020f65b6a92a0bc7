import type { Failure, FieldError } from '../../../../platform/kernel/failures.ts'

/** The errors of a body by field, as marshmallow writes them: `{"password": ["Missing data for required field."]}`. */
export type FlatErrors = Readonly<Record<string, readonly string[]>>

export interface FlatField {
  readonly isRequired: boolean
}

/** A body whose fields are all texts, or what is wrong with it. */
export type FlatBody =
  | { readonly texts: Readonly<Record<string, string>>; readonly errors: null }
  | { readonly errors: FlatErrors }

/** Checks a body as the old schema did: every field is a text, none is null, and no other is known. */
export function readFlatBody(body: unknown, fields: Readonly<Record<string, FlatField>>): FlatBody {
  if (!isRecord(body)) return { errors: { _schema: ['Invalid input type.'] } }
  const wrong = [
    ...Object.entries(fields).map(([name, field]) => [name, errorOf(body[name], field)] as const),
    ...Object.keys(body)
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => [name, 'Unknown field.'] as const),
  ].flatMap(([name, error]) => (error === null ? [] : [[name, [error]] as const]))
  if (wrong.length > 0) return { errors: Object.fromEntries(wrong) }
  return { texts: body as Record<string, string>, errors: null }
}

function errorOf(value: unknown, { isRequired }: FlatField): string | null {
  if (value === undefined) return isRequired ? 'Missing data for required field.' : null
  if (value === null) return 'Field may not be null.'
  return typeof value === 'string' ? null : 'Not a valid string.'
}

/** The same shape for what the services refuse. */
export function flatErrors({ errors, message }: Pick<Failure, 'errors' | 'message'>): FlatErrors {
  if (errors.length === 0) return { _schema: [message] }
  const named = errors.map(
    ({ pointer, detail }: FieldError) => [pointer.slice(1) || '_schema', detail] as const,
  )
  return Object.fromEntries(named.map(([name, detail]) => [name, [detail]]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

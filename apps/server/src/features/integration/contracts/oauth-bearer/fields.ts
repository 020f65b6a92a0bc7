import type { FieldError } from '../../../../platform/kernel/failures.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'

/** The kinds of field errors of the old validation that this contract uses. */
export const fieldErrors = {
  missing: 'Field required',
  string_type: 'Input should be a valid string',
  int_type: 'Input should be a valid integer',
  int_parsing: 'Input should be a valid integer, unable to parse string as an integer',
  model_attributes_type: 'Input should be a valid dictionary or object to extract fields from',
} as const

export type FieldErrorType = keyof typeof fieldErrors

/**
 * Reads the fields of an old request, and collects the errors of all of them. Unknown fields are ignored, as the old API
 * did: `verified` and `role_id` of old pages have no effect.
 */
export class OldFields {
  readonly #fields: Readonly<Record<string, unknown>>
  readonly #errors: FieldError[] = []

  /** @throws `validation_failed` unless the body is an object */
  constructor(body: unknown) {
    if (body === undefined) throw fieldFailure('', 'missing')
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw fieldFailure('', 'model_attributes_type')
    this.#fields = body as Record<string, unknown>
  }

  /** A text that must be there; it may be empty. */
  text(name: string): string {
    const value = this.#fields[name]
    if (typeof value === 'string') return value
    this.#refuse(name, value === undefined ? 'missing' : 'string_type')
    return ''
  }

  /** A text that may be missing or null. */
  optionalText(name: string): string | undefined {
    const value = this.#fields[name]
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
    this.#refuse(name, 'string_type')
    return undefined
  }

  /** The digits of a number that a form sends as text. */
  digits(name: string): string {
    const text = this.text(name).trim()
    if (this.#fields[name] !== undefined && !/^\d+$/.test(text)) this.#refuse(name, 'int_parsing')
    return text
  }

  /** Checks a number that has no effect. */
  checkInteger(name: string): void {
    const value = this.#fields[name]
    if (value === undefined || value === null || Number.isSafeInteger(value)) return
    if (typeof value !== 'string') this.#refuse(name, 'int_type')
    else if (!/^\s*[+-]?\d+\s*$/.test(value)) this.#refuse(name, 'int_parsing')
  }

  refuse(name: string, detail: string): void {
    this.#errors.push({ pointer: `/${name}`, code: 'value_error', detail })
  }

  /** @throws `validation_failed`, naming every invalid field */
  finish(): void {
    if (this.#errors.length > 0) throw invalidFields(...this.#errors)
  }

  #refuse(name: string, type: FieldErrorType): void {
    this.#errors.push({ pointer: `/${name}`, code: type, detail: fieldErrors[type] })
  }
}

export function fieldFailure(pointer: string, type: FieldErrorType) {
  return invalidFields({ pointer, code: type, detail: fieldErrors[type] })
}

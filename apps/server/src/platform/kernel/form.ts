import type { FieldError } from './failures.ts'
import type { Parsed } from './parsed.ts'
import { invalidFields } from './problems.ts'

/** Collects the errors of all fields of a form, so that a person can fix them all at once. */
export class Form {
  readonly errors: FieldError[] = []

  /** @returns what the parser makes of the value; null if there is no value, or if the parser refuses it */
  read<Given, T>(
    pointer: string,
    given: Given | null | undefined,
    parse: (given: Given) => Parsed<T>,
  ): T | null {
    if (given === undefined || given === null) return null
    const parsed = parse(given)
    if (parsed.ok) return parsed.value
    this.refuse(pointer, parsed.code, parsed.detail)
    return null
  }

  refuse(pointer: string, code: string, detail: string): void {
    this.errors.push({ pointer, code, detail })
  }

  /** @throws `validation_failed`, naming every invalid field */
  finish(): void {
    if (this.errors.length > 0) throw invalidFields(...this.errors)
  }
}

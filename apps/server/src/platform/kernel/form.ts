import type { FieldError } from './failures.ts'
import type { Parsed } from './parsed.ts'
import { invalidFields } from './problems.ts'

/** Gathers what is wrong with the fields of a form, so that a person mends everything in one go. */
export class Form {
  readonly errors: FieldError[] = []

  /** What the parser makes of the text; null where there is none, or where it is refused. */
  read<T>(pointer: string, text: string | null | undefined, parse: (text: string) => Parsed<T>): T | null {
    if (text === undefined || text === null) return null
    const parsed = parse(text)
    if (parsed.ok) return parsed.value
    this.refuse(pointer, parsed.code, parsed.detail)
    return null
  }

  refuse(pointer: string, code: string, detail: string): void {
    this.errors.push({ pointer, code, detail })
  }

  /** @throws `validation_failed`, naming every field that was refused */
  finish(): void {
    if (this.errors.length > 0) throw invalidFields(...this.errors)
  }
}

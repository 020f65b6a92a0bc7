import type { FieldError } from '../../../../platform/kernel/failures.ts'
import type { Parsed } from '../../../../platform/kernel/parsed.ts'
import type { Note } from '../model.ts'

/** Collects what was changed or left out in a row. */
export class Notes {
  readonly all: Note[] = []

  add(field: string, change: Note['change'], { code, detail }: Pick<FieldError, 'code' | 'detail'>): void {
    this.all.push({ field, change, code, detail })
  }

  /** @returns what the parser makes of the text; null if it refuses it, which is noted */
  keep<T>(field: string, text: string | null, parse: (text: string) => Parsed<T>): T | null {
    if (text === null) return null
    const parsed = parse(text)
    if (parsed.ok) return parsed.value
    this.add(field, 'dropped', parsed)
    return null
  }
}

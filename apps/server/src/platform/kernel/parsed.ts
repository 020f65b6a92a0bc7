/** The result of parsing a text that a person typed. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | Refusal

export interface Refusal {
  readonly ok: false
  /** Stable and snake_case: it becomes `errors[].code`. */
  readonly code: string
  /** A sentence that says what to do. */
  readonly detail: string
}

export function accept<T>(value: T): Parsed<T> {
  return { ok: true, value }
}

export function refuse(code: string, detail: string): Refusal {
  return { ok: false, code, detail }
}

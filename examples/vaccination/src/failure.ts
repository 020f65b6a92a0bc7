export type FailureKind = 'malformed' | 'forbidden' | 'not_found' | 'conflict' | 'invalid'

/** A field that breaks a rule. */
export interface FieldError {
  /** Where it is, as a JSON pointer (RFC 6901). */
  readonly pointer: string
  readonly detail: string
}

export interface FailureOptions {
  readonly errors?: readonly FieldError[]
  /** For the log. The caller does not see it. */
  readonly cause?: unknown
}

/** Why a call cannot be done, in words for its caller. Codes never change; messages may. */
export class Failure extends Error {
  readonly kind: FailureKind
  readonly code: string
  readonly errors: readonly FieldError[]

  constructor(kind: FailureKind, code: string, message: string, { errors = [], cause }: FailureOptions = {}) {
    super(message, { cause })
    this.name = 'Failure'
    this.kind = kind
    this.code = code
    this.errors = errors
  }
}

/**
 * The kinds of failure that a caller can see. There are few, because the kind decides the HTTP status. There are many
 * problems, and each feature declares its own. A code is stable and meant for programs. Title, advice and detail are
 * for people and may change.
 */
export type FailureKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'timed_out'
  | 'conflict'
  | 'precondition_failed'
  | 'too_large'
  | 'unsupported_media_type'
  | 'headers_too_large'
  | 'invalid'
  | 'too_many'
  | 'internal'
  | 'unavailable'

export interface Problem {
  readonly code: string
  readonly kind: FailureKind
  readonly title: string
  /** What the caller can do about it, in each answer and on the page of the problem. */
  readonly advice: string
  /** When it happens, on the page of the problem. Problems of the command line have no page. */
  readonly cause?: string
  /** The further members of its answer (RFC 9457 §3.2), with values to show on its page and in the reference. */
  readonly exampleMembers?: Readonly<Record<string, unknown>>
}

/** One field that breaks a rule; `pointer` is a JSON pointer (RFC 6901) into the body or the query. */
export interface FieldError {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}

export interface FailureOptions {
  readonly detail?: string
  readonly errors?: readonly FieldError[]
  readonly retryAfterSeconds?: number
  /** Further members of the answer (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>
  /** Logged, never shown. */
  readonly cause?: unknown
  /** Which limit or which permission refused it, for the audit trail. */
  readonly refusedBy?: string
}

export class Failure extends Error {
  readonly problem: Problem
  readonly errors: readonly FieldError[]
  readonly retryAfterSeconds: number | null
  readonly members: Readonly<Record<string, unknown>>
  readonly refusedBy: string | null

  constructor(problem: Problem, options: FailureOptions = {}) {
    super(options.detail ?? problem.advice, { cause: options.cause })
    this.name = 'Failure'
    this.problem = problem
    this.errors = options.errors ?? []
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
    this.members = options.members ?? {}
    this.refusedBy = options.refusedBy ?? null
  }
}

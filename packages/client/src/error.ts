import type { FieldError, Problem, ProblemCode } from './api-types.data.ts'

/**
 * Failures without a problem from the server. `network_error`: no answer arrived. `timeout`: it took too long.
 * `unexpected_answer`: something else answered, such as a proxy.
 */
export type ClientCode = 'network_error' | 'timeout' | 'unexpected_answer'

/** Everything that the server may add to a problem. */
export type ProblemBody = Partial<Problem> & Readonly<Record<string, unknown>>

export interface Failure {
  readonly code: ProblemCode | ClientCode
  readonly status?: number
  readonly problem?: ProblemBody
  readonly retryAfterSeconds?: number | null
  readonly cause?: unknown
}

/** Why a call failed. Decide by `code`: it is stable, and the message is for people. */
export class ProximaError extends Error {
  override readonly name = 'ProximaError'
  /** The stable name of the failure. A newer server may send codes that this version does not list. */
  readonly code: ProblemCode | ClientCode
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number
  /** The fields that are not valid. */
  readonly fields: readonly FieldError[]
  /** How long to wait before the next attempt, if the server says so. */
  readonly retryAfterSeconds: number | null
  /** The id of the request in the log of the server. */
  readonly requestId: string | null
  /** The whole problem as the server sent it (RFC 9457). */
  readonly problem: ProblemBody

  constructor({ code, status = 0, problem = {}, retryAfterSeconds = null, cause }: Failure) {
    super(problem.detail ?? `The call failed: ${code}${status === 0 ? '' : `, status ${status}`}.`, { cause })
    this.code = code
    this.status = status
    this.fields = problem.errors ?? []
    this.retryAfterSeconds = retryAfterSeconds
    this.requestId = problem.request_id ?? null
    this.problem = problem
  }
}

/** True if the server refused the credential itself. A wrong password is another matter, and also answered with 401. */
export function isCredentialRefused(error: unknown): boolean {
  return (
    error instanceof ProximaError &&
    error.status === 401 &&
    ['unauthenticated', 'invalid_token', 'token_expired'].includes(error.code)
  )
}

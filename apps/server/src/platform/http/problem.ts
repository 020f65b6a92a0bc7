import type { Failure, FailureKind } from '../kernel/failures.ts'

export const problemMediaType = 'application/problem+json'

export const statusByKind: Readonly<Record<FailureKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timed_out: 408,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  too_many: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
}

/** The path of the page that lists all problems. */
export const problemsPath = '/docs/problems'

/** The path of the page that explains a problem, so that its `type` resolves (RFC 9457 §3.1.1). */
export function problemPath(code: string): string {
  return `${problemsPath}/${code}`
}

/** The body of an error answer (RFC 9457). It has `errors` only if fields are named. */
export function problemBody(failure: Failure, options: { publicUrl: string; requestId: string }): string {
  const { problem, errors, members } = failure
  return JSON.stringify({
    ...members,
    type: options.publicUrl + problemPath(problem.code),
    title: problem.title,
    status: statusByKind[problem.kind],
    detail: failure.message,
    code: problem.code,
    request_id: options.requestId,
    ...(errors.length > 0 && { errors }),
  })
}

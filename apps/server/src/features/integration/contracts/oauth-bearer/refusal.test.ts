import { describe, expect, it } from 'vitest'
import { Failure, type FailureKind, type Problem } from '../../../../platform/kernel/failures.ts'
import * as problems from '../../../../platform/kernel/problems.ts'
import { refusalOf } from './refusal.ts'

const request = { method: 'POST', path: '/create', accept: '', body: { password: 'secret' } }
const kinds: Record<FailureKind, number> = {
  malformed: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timed_out: 408,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 422,
  headers_too_large: 431,
  invalid: 422,
  too_many: 429,
  internal: 500,
  unavailable: 503,
}
const shared = Object.values(problems).filter((each): each is Problem => typeof each === 'object')

describe('the answer of oauth-bearer to a failure', () => {
  it.each(shared.map((problem) => [problem.code, problem] as const))(
    '%s has the old form',
    (_code, problem) => {
      const { status, body } = refusalOf(new Failure(problem), request)
      expect(status).toBe(kinds[problem.kind])
      expect(Object.keys(body as object)).toEqual(['detail'])
      expect(JSON.stringify(body)).not.toContain('secret')
    },
  )

  it('to a limit and to an overload is one that a page can show', () => {
    expect(refusalOf(new Failure(problems.rateLimited), request).body).toEqual({
      detail: 'Too Many Requests',
    })
    expect(refusalOf(new Failure(problems.overloaded), request).body).toEqual({
      detail: 'Try Again A Few Moments Later',
    })
  })
})

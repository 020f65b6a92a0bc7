import type { DetailedExpectation, Expected, Outcome } from './case.ts'
import type { Answer } from './subject.ts'

/** Thrown if a guard does not do what a case expects. */
export class ConformanceFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConformanceFailure'
  }
}

/** Outcomes that the guard itself answers, with what the answer must have. */
const refusals: Partial<Record<Outcome, { readonly status: number; readonly challenge: readonly string[] }>> =
  {
    unauthenticated: { status: 401, challenge: [] },
    invalid_token: { status: 401, challenge: ['error="invalid_token"'] },
    token_expired: { status: 401, challenge: ['error="invalid_token"'] },
    forbidden: { status: 403, challenge: ['error="insufficient_scope"'] },
    step_up_required: { status: 403, challenge: ['error="insufficient_user_authentication"'] },
    malformed_request: { status: 400, challenge: [] },
    unavailable: { status: 503, challenge: [] },
  }

/** The first expectation that the answer does not meet; null if it meets all. */
export function problemOf(answer: Answer, expected: Expected): string | null {
  const detailed = detailedOf(expected)
  const outcomes = [detailed.outcome].flat()
  const problems = outcomes.map((outcome) => problemOfOutcome(answer, outcome))
  if (!problems.includes(null)) return problems.join('; and ')
  return problemOfDetails(answer, detailed)
}

export function describe(answer: Answer): string {
  const challenge = answer.headers['www-authenticate']
  const shown = challenge === undefined ? '' : ` (${challenge})`
  return `${answer.status}${shown} ${answer.text.slice(0, 300)}`.trim()
}

function detailedOf(expected: Expected): DetailedExpectation {
  return typeof expected === 'object' && 'outcome' in expected ? expected : { outcome: expected }
}

function problemOfOutcome(answer: Answer, outcome: Outcome): string | null {
  if (outcome === 'accepted') return answer.status === 200 ? null : 'expected 200'
  if (outcome === 'not_accepted')
    return answer.status >= 400 || answer.status === 0 ? null : 'expected a refusal'
  const refusal = refusals[outcome]
  if (refusal === undefined) return `there is no outcome "${outcome}"`
  if (answer.status !== refusal.status) return `expected ${refusal.status} ${outcome}`
  return problemOfBody(answer, outcome) ?? problemOfHeaders(answer, refusal)
}

/** RFC 9457, with the members that the server has too. */
function problemOfBody({ status, text }: Answer, outcome: Outcome): string | null {
  const body = parsed(text)
  if (body === null) return 'the body is not a JSON object'
  if (body['code'] !== outcome) return `expected the code ${outcome}`
  if (body['status'] !== status) return 'the status in the body is another one'
  if (!String(body['type']).endsWith(`/docs/problems/${outcome}`))
    return 'type does not name the page of the problem'
  if (typeof body['title'] !== 'string' || typeof body['detail'] !== 'string')
    return 'title or detail is missing'
  return null
}

function problemOfHeaders(
  { headers, status }: Answer,
  { challenge }: { readonly challenge: readonly string[] },
): string | null {
  if (!/^application\/problem\+json$/.test(headers['content-type'] ?? ''))
    return `the content type is ${headers['content-type']}`
  if (headers['cache-control'] !== 'no-store') return 'the answer could be cached'
  if (status === 503 && !/^[1-9]\d*$/.test(headers['retry-after'] ?? '')) return 'Retry-After is missing'
  if (status !== 401 && status !== 403) return null
  const given = headers['www-authenticate'] ?? ''
  if (!/^Bearer(?: |$)/.test(given)) return 'WWW-Authenticate does not begin with Bearer'
  // RFC 6750 §3.1: no error if the request had no credential.
  if (challenge.length === 0 && given !== 'Bearer') return 'WWW-Authenticate is not exactly Bearer'
  return missingIn(given, challenge)
}

function problemOfDetails(
  answer: Answer,
  { body = {}, www_authenticate = [] }: DetailedExpectation,
): string | null {
  const given = parsed(answer.text)
  for (const [name, value] of Object.entries(body))
    if (JSON.stringify(given?.[name]) !== JSON.stringify(value))
      return `expected ${name} to be ${JSON.stringify(value)}`
  return missingIn(answer.headers['www-authenticate'] ?? '', www_authenticate)
}

function missingIn(text: string, pieces: readonly string[]): string | null {
  const missing = pieces.find((piece) => !text.includes(piece))
  return missing === undefined ? null : `WWW-Authenticate has no ${missing}`
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

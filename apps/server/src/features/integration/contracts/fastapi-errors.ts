import type { Failure } from '../../../platform/kernel/failures.ts'
import type { ApiAnswer, AskedRequest } from '../../../platform/kernel/other-api.ts'

/** One error of a body, in the form of Pydantic 2. */
export interface BodyError {
  readonly type: string
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly input: unknown
  readonly ctx?: Readonly<Record<string, unknown>>
}

export interface TextRules {
  /** In characters. */
  readonly lengthMin?: number
  readonly lengthMax?: number
  readonly pattern?: RegExp
}

export function detailAnswer(status: number, detail: unknown): ApiAnswer {
  const headers = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return { status, body: { detail }, headers }
}

/** Reads the one text of a body; other fields are ignored, as Pydantic does by default. */
export function readText(
  body: unknown,
  name: string,
  rules: TextRules = {},
): { readonly text: string; readonly error: null } | { readonly error: BodyError } {
  if (body === undefined || body === null)
    return { error: { type: 'missing', loc: ['body'], msg: 'Field required', input: null } }
  if (!isRecord(body)) return { error: notAnObject(body) }
  const loc = ['body', name]
  const input = body[name]
  if (input === undefined) return { error: { type: 'missing', loc, msg: 'Field required', input: body } }
  if (typeof input !== 'string')
    return { error: { type: 'string_type', loc, msg: 'Input should be a valid string', input } }
  const broken = brokenRule(input, rules)
  return broken === null ? { text: input, error: null } : { error: { ...broken, loc, input } }
}

function notAnObject(input: unknown): BodyError {
  const msg = 'Input should be a valid dictionary or object to extract fields from'
  return { type: 'model_attributes_type', loc: ['body'], msg, input }
}

function brokenRule(
  text: string,
  { lengthMin = 0, lengthMax = Number.POSITIVE_INFINITY, pattern }: TextRules,
): Pick<BodyError, 'type' | 'msg' | 'ctx'> | null {
  const length = Array.from(text).length
  if (length < lengthMin) {
    const msg = `String should have at least ${lengthMin} characters`
    return { type: 'string_too_short', msg, ctx: { min_length: lengthMin } }
  }
  if (length > lengthMax) {
    const msg = `String should have at most ${lengthMax} characters`
    return { type: 'string_too_long', msg, ctx: { max_length: lengthMax } }
  }
  if (pattern === undefined || pattern.test(text)) return null
  const msg = `String should match pattern '${pattern.source}'`
  return { type: 'string_pattern_mismatch', msg, ctx: { pattern: pattern.source } }
}

/** What the services refuse about a field, as the error of a validator. */
export function errorsOf({ errors, message }: Failure, body: unknown): readonly BodyError[] {
  const fields = isRecord(body) ? body : {}
  const given = errors.length === 0 ? [{ pointer: '', detail: message }] : errors
  return given.map(({ pointer, detail }) => {
    const path = pointer.split('/').slice(1)
    const input = path.length === 1 ? (fields[path[0] ?? ''] ?? null) : null
    return { type: 'value_error', loc: ['body', ...path], msg: `Value error, ${detail}`, input }
  })
}

/** The texts of Starlette for what is about HTTP itself. */
const titles: Readonly<Record<number, string>> = {
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
}

/** The answers that every route of FastAPI shares. */
export function fastApiRefusal(failure: Failure, { body, method }: AskedRequest, status: number): ApiAnswer {
  const { kind } = failure.problem
  if (kind === 'invalid') return detailAnswer(422, errorsOf(failure, body))
  // FastAPI counts a body that is no JSON as a wrong value.
  if (kind === 'malformed' && method !== 'GET') return detailAnswer(422, [notJson(failure)])
  return detailAnswer(status, titles[status] ?? failure.message)
}

function notJson({ message }: Failure): BodyError {
  const ctx = { error: message }
  return { type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The media type of the errors of the native API. A client that accepts it by name means that API. */
const problemMediaType = 'application/problem+json'

/**
 * Says which requests to a shared place are native: those of clients that read its errors, and those whose body has a
 * field that only the native API knows.
 */
export function nativeIfGiven(nativeFields: readonly string[]) {
  return ({ accept, body }: Pick<AskedRequest, 'accept' | 'body'>): boolean =>
    accept.toLowerCase().includes(problemMediaType) ||
    (isRecord(body) && nativeFields.some((name) => Object.hasOwn(body, name)))
}

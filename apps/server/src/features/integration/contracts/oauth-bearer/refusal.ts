import type { Failure, FieldError } from '../../../../platform/kernel/failures.ts'
import type { ApiAnswer, AskedRequest } from '../../../../platform/kernel/other-api.ts'
import { fieldErrors } from './fields.ts'

/** The requests whose body is a form. */
export const formPaths: ReadonlySet<string> = new Set([
  '/login',
  '/forgot',
  '/forgot_password',
  '/validate',
  '/validate_code',
])

/** The names of native fields in the old API. */
const oldNames: Readonly<Record<string, string>> = {
  full_name: 'name',
  national_id: 'nid',
  identifier: 'username',
}

/** Never sent back, also not to the client that sent them. */
const secretFields = ['password', 'new_password', 'current_password', 'recovery_token', 'code_from_user']

const documentation = 'https://errors.pydantic.dev/2.0.2/v/'
const challenge = { 'www-authenticate': 'Bearer' }

type Refuse = (failure: Failure, request: AskedRequest) => ApiAnswer

/** The old answers to failures, by the code of the problem. */
const refusals: Readonly<Record<string, Refuse>> = {
  unauthenticated: () => detail(401, 'Not authenticated', challenge),
  invalid_token: () => detail(401, 'Could not authenticate user', challenge),
  token_expired: () => detail(401, 'Could not authenticate user', challenge),
  // One answer for a wrong password and an unknown address (A36). The old API named the second for both, too.
  invalid_credentials: () => detail(400, 'User not found'),
  email_taken: () => message(400, 'an user with the provided email already exists'),
  phone_number_taken: () => message(400, 'an user with the provided phone number already exists'),
  code_invalid: () => message(404, 'Invalid Code Provided'),
  code_expired: () => message(404, 'Invalid Code Provided'),
  validation_failed: invalid,
  password_too_weak: invalid,
  // The old API knew JSON and forms, and called everything else a body without fields.
  unsupported_media_type: (_failure, request) =>
    unprocessable([errorOf({ pointer: '', code: 'model_attributes_type', detail: '' }, request)]),
  malformed_request: malformed,
  unavailable: () => detail(503, 'Try Again A Few Moments Later'),
  overloaded: () => detail(503, 'Try Again A Few Moments Later'),
}

/** For all other failures. */
const byKind: Readonly<Record<Failure['problem']['kind'], Refuse>> = {
  malformed: (failure) => detail(400, failure.message),
  unauthenticated: () => detail(401, 'Could not authenticate user', challenge),
  forbidden: (failure) => detail(403, failure.message),
  not_found: () => detail(404, 'Not Found'),
  method_not_allowed: () => detail(405, 'Method Not Allowed'),
  timed_out: () => detail(408, 'Request Timeout'),
  conflict: (failure) => detail(409, failure.message),
  precondition_failed: () => detail(412, 'Precondition Failed'),
  too_large: () => detail(413, 'Request Entity Too Large'),
  unsupported_media_type: () => detail(415, 'Unsupported Media Type'),
  headers_too_large: () => detail(431, 'Request Header Fields Too Large'),
  invalid: invalid,
  too_many: () => detail(429, 'Too Many Requests'),
  internal: () => detail(500, 'Internal Server Error'),
  unavailable: () => detail(503, 'Try Again A Few Moments Later'),
}

/** The old answer to a failure. */
export function refusalOf(failure: Failure, request: AskedRequest): ApiAnswer {
  const { code, kind } = failure.problem
  return (refusals[code] ?? byKind[kind])(failure, request)
}

function detail(status: number, text: string, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  return { status, body: { detail: text }, headers }
}

function message(status: number, text: string): ApiAnswer {
  return { status, body: { detail: { message: text } } }
}

function invalid({ errors, message: text }: Failure, request: AskedRequest): ApiAnswer {
  const given = errors.length > 0 ? errors : [{ pointer: '', code: 'value_error', detail: text }]
  return unprocessable(given.map((error) => errorOf(error, request)))
}

function malformed(failure: Failure, request: AskedRequest): ApiAnswer {
  if (formPaths.has(request.path)) return detail(400, 'There was an error parsing the body')
  if (!['POST', 'PUT'].includes(request.method)) return detail(400, failure.message)
  const ctx = { error: failure.message }
  return unprocessable([{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx }])
}

function unprocessable(errors: readonly object[]): ApiAnswer {
  return { status: 422, body: { detail: errors } }
}

/** An error of one field in the form of Pydantic 2.0. */
function errorOf({ pointer, code, detail: text }: FieldError, request: AskedRequest): object {
  const name = pointer.slice(1)
  const field = oldNames[name] ?? name
  const loc = field === '' ? ['body'] : ['body', field]
  const isKnown = code in fieldErrors
  if (isKnown) {
    const msg = fieldErrors[code as keyof typeof fieldErrors]
    return { type: code, loc, msg, input: inputOf(field, code, request), url: documentation + code }
  }
  const input = inputOf(field, code, request)
  return { type: 'value_error', loc, msg: text, input, ctx: { reason: text } }
}

/** What the client sent: the field, or all fields if it is missing, without what is secret. */
function inputOf(field: string, code: string, { body, path }: AskedRequest): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
  const shown = Object.entries(body).filter(([name]) => !secretFields.includes(name))
  if (code === 'missing') return formPaths.has(path) ? null : Object.fromEntries(shown)
  return shown.find(([name]) => name === field)?.[1] ?? null
}

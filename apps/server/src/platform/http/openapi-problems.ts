import type { RouteOptions } from 'fastify'
import Type from 'typebox'
import { Failure, type Problem } from '../kernel/failures.ts'
import {
  forbidden,
  headersTooLarge,
  impersonationForbidden,
  internalError,
  invalidFields,
  invalidToken,
  malformedRequest,
  methodNotAllowed,
  notFound,
  rateLimited,
  requestTimeout,
  stepUpRequired,
  tokenExpired,
  tooLarge,
  unauthenticated,
  unavailable,
  unsupportedMediaType,
  validationFailed,
  verificationRequired,
} from '../kernel/problems.ts'
import type { Access } from './access.ts'
import { exampleId, Text } from './fields.ts'
import { IdempotencyHeaders } from './idempotency-key.ts'
import { problemBody, problemMediaType, statusByKind } from './problem.ts'
import { signatureInvalid } from './signed-requests.ts'

/** The problems of requests that reach no route. */
export const withoutRoute: readonly Problem[] = [notFound, methodNotAllowed, requestTimeout, headersTooLarge]

type DescribedRoute = Pick<RouteOptions, 'config' | 'schema'>

/** The problems that a route declares, and those that follow from its access and its shape. */
export function problemsOf({ config, schema }: DescribedRoute): Problem[] {
  const declared = config?.problems ?? []
  if (schema?.hide === true) return [...declared]
  const access = config?.access ?? 'user'
  const problems: Problem[] = [malformedRequest, ...declared, ...problemsOfAccess(access)]
  if (isForUsers(access) && config?.openToUnverified !== true) problems.push(verificationRequired)
  if (mayBeImpersonated(access) && config?.openToImpersonators !== true) problems.push(impersonationForbidden)
  if (config?.freshSession === true) problems.push(stepUpRequired)
  if (config?.limit !== undefined) problems.push(rateLimited)
  if (schema?.body !== undefined) problems.push(requestTimeout, tooLarge, unsupportedMediaType, unavailable)
  // An Idempotency-Key that was used for another request is refused so, too.
  const hasKey = schema?.headers === IdempotencyHeaders
  if (schema?.body !== undefined || schema?.querystring !== undefined || hasKey)
    problems.push(validationFailed)
  return [...new Set([...problems, internalError])]
}

function isForUsers(access: Access): boolean {
  return access === 'user' || access === 'session_code' || typeof access === 'object'
}

/** True if the access rules find out who calls. */
function mayBeImpersonated(access: Access): boolean {
  return isForUsers(access) || access === 'optional'
}

function problemsOfAccess(access: Access): Problem[] {
  if (access === 'public' || access === 'client') return []
  if (access === 'metrics') return [unauthenticated, invalidToken]
  if (access === 'webhook') return [signatureInvalid, forbidden, unavailable]
  // A call by cookie that changes something must come from a page of this server. An API key may not be for this call, or
  // not for this network.
  return [
    ...[unauthenticated, invalidToken, tokenExpired, forbidden],
    ...(isForUsers(access) ? [unavailable] : []),
  ]
}

/** The OpenAPI responses of the problems: one for each status, with the exact codes that it may have. */
export function problemResponses(problems: readonly Problem[]): Record<string, unknown> {
  const byStatus = Map.groupBy(problems, ({ kind }) => statusByKind[kind])
  return Object.fromEntries([...byStatus].map(([status, group]) => [String(status), problemResponse(group)]))
}

function problemResponse(problems: readonly Problem[]): object {
  const codes = problems.map(({ code }) => code).sort()
  const schema = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      {
        type: 'object',
        required: ['code'],
        properties: { code: { enum: codes, description: 'One of these' } },
      },
    ],
  }
  const headers = headersOf(problems)
  return {
    description: problems.map(({ code, title }) => `${title} (\`${code}\`)`).join('; '),
    ...(headers !== null && { headers }),
    content: { [problemMediaType]: { schema, examples: examplesOf(problems) } },
  }
}

/** One example for each code, as a server at the address of an example would answer. */
function examplesOf(problems: readonly Problem[]): object {
  const options = { publicUrl: 'https://accounts.example.org', requestId: exampleId }
  return Object.fromEntries(
    problems.map((problem) => [
      problem.code,
      { summary: problem.title, value: exampleAnswer(problem, options) },
    ]),
  )
}

/** An answer as a server at the address would give it. */
export function exampleAnswer(problem: Problem, options: Parameters<typeof problemBody>[1]): unknown {
  const { exampleMembers: members = {} } = problem
  const failure =
    problem === validationFailed ? invalidFields(exampleFieldError) : new Failure(problem, { members })
  return JSON.parse(problemBody(failure, options))
}

const exampleFieldError = {
  pointer: '/username',
  code: 'too_short',
  detail: 'Use at least 3 characters.',
}

function headersOf([problem]: readonly Problem[]): object | null {
  switch (problem?.kind) {
    case 'unauthenticated':
      return { 'WWW-Authenticate': { type: 'string', description: 'A Bearer challenge (RFC 6750 §3)' } }
    case 'too_many':
    case 'unavailable':
      return { 'Retry-After': { type: 'integer', description: 'Seconds' } }
    default:
      return null
  }
}

const FieldErrorView = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer (RFC 6901) to the field in the body or the query' }),
    code: Type.String({ description: 'The stable name of the error, for programs' }),
    detail: Type.String({ description: 'What is wrong with the field, for people' }),
  },
  { title: 'FieldError', description: 'A field that is not valid, and why' },
)

/** The members of RFC 9457, and some of our own. */
export const ProblemView = Type.Object(
  {
    type: Type.String({ format: 'uri', description: 'The address of the page that explains the problem' }),
    title: Type.String({ description: 'The problem in a few words, always the same for a code' }),
    status: Type.Integer({ description: 'The HTTP status of the answer' }),
    detail: Type.String({ description: 'What went wrong and what to do, for people' }),
    code: Type.String({ description: 'The stable name of the problem, for programs' }),
    request_id: Type.String({
      format: 'uuid',
      description: 'The id of the request, also in the header X-Request-Id and in the log of the server',
    }),
    usable_at: Type.Optional(
      Type.String({ format: 'date-time', description: 'When a recovery that must wait can be finished' }),
    ),
    challenge: Type.Optional(
      Text(
        'With `mfa_required`: finishes the sign-in at `POST /v1/auth/mfa`, for five minutes; null if it cannot be finished there',
      ),
    ),
    factors: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'With `mfa_required`: the kinds of second factors that finish the sign-in, the usual one first',
      }),
    ),
    enrolment: Type.Optional(
      Text(
        'With `factor_enrolment_required`: the bearer token of the calls that add a second factor, for ten minutes; null if the client cannot show them',
      ),
    ),
    proof_of_work: Type.Optional(
      Type.Object(
        {
          algorithm: Type.Literal('SHA-256', { description: 'The hash function' }),
          challenge: Type.String({ description: 'The text to hash, before a colon and a counter' }),
          difficulty: Type.Integer({ description: 'With how many zero bits the hash must begin' }),
          expires_in: Type.Integer({ description: 'How long a solution is accepted, in seconds' }),
        },
        {
          title: 'WorkChallenge',
          description: 'With `proof_of_work_required`: what to solve before the call is repeated',
        },
      ),
    ),
    errors: Type.Optional(Type.Array(FieldErrorView, { description: 'The fields that are not valid' })),
  },
  { title: 'Problem', description: 'Why a call was refused or failed (RFC 9457)' },
)

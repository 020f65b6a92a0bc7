import type { RouteOptions } from 'fastify'
import Type from 'typebox'
import type { Problem } from '../kernel/failures.ts'
import {
  forbidden,
  internalError,
  invalidToken,
  malformedRequest,
  methodNotAllowed,
  notFound,
  rateLimited,
  tokenExpired,
  tooLarge,
  unauthenticated,
  unavailable,
  unsupportedMediaType,
  validationFailed,
} from '../kernel/problems.ts'
import type { Access } from './access.ts'
import { Uuid } from './fields.ts'
import { problemMediaType, statusByKind } from './problem.ts'

/** The problems of requests that reach no route. */
export const withoutRoute: readonly Problem[] = [notFound, methodNotAllowed]

type DescribedRoute = Pick<RouteOptions, 'config' | 'method' | 'schema'>

/** The problems that a route declares, and those that follow from its access and its shape. */
export function problemsOf({ config, method, schema }: DescribedRoute): Problem[] {
  const declared = config?.problems ?? []
  if (schema?.hide === true) return [...declared]
  const access = config?.access ?? 'user'
  const problems: Problem[] = [malformedRequest, ...declared, ...problemsOfAccess(access, method)]
  if (config?.limit !== undefined) problems.push(rateLimited)
  if (schema?.body !== undefined) problems.push(tooLarge, unsupportedMediaType, unavailable)
  if (schema?.body !== undefined || schema?.querystring !== undefined) problems.push(validationFailed)
  return [...new Set([...problems, internalError])]
}

function problemsOfAccess(access: Access, method: RouteOptions['method']): Problem[] {
  if (access === 'public') return []
  if (access === 'metrics') return [unauthenticated, invalidToken]
  const hasPermission = typeof access === 'object'
  // A call by cookie that changes something must come from a page of this server.
  const mayBeForbidden = method !== 'GET' || hasPermission
  return [
    ...[unauthenticated, invalidToken, tokenExpired],
    ...(mayBeForbidden ? [forbidden] : []),
    ...(access === 'user' || hasPermission ? [unavailable] : []),
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
      { type: 'object', properties: { code: { enum: codes } } },
    ],
  }
  const headers = headersOf(problems)
  return {
    description: problems.map(({ code, title }) => `${title} (\`${code}\`)`).join('; '),
    ...(headers !== null && { headers }),
    content: { [problemMediaType]: { schema } },
  }
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

const FieldErrorView = Type.Object({
  pointer: Type.String({ description: 'JSON pointer (RFC 6901) to the field' }),
  code: Type.String(),
  detail: Type.String(),
})

/** The members of RFC 9457, and three of our own. */
export const ProblemView = Type.Object({
  type: Type.String({ format: 'uri', description: 'The address of the page that explains the problem' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String({ description: 'The stable name of the problem, for programs' }),
  request_id: Uuid,
  errors: Type.Optional(Type.Array(FieldErrorView, { description: 'The fields that are not valid' })),
})

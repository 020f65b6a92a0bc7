import type { FastifyRequest } from 'fastify'
import type { Failure, FailureKind } from '../kernel/failures.ts'
import { statusByKind } from './problem.ts'

/** Every answer below this path, also to a request that reaches no route, has the form of OAuth. */
const oauthPath = '/oauth/'

export function isOAuthPath(path: string): boolean {
  return path.startsWith(oauthPath)
}

export function isOAuthRequest({ routeOptions, url }: FastifyRequest): boolean {
  return isOAuthPath(routeOptions.url ?? url)
}

/** The codes of OAuth: RFC 6749 §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1. The last one belongs to Proxima. */
const ownCodes = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
  'invalid_token',
  'insufficient_scope',
  'mfa_required',
]

/** The code of a failure that is none of OAuth. RFC 6749 §4.1.2.1 has the last two, also for such cases. */
const codeByKind: Readonly<Record<FailureKind, string>> = {
  malformed: 'invalid_request',
  unauthenticated: 'invalid_token',
  forbidden: 'insufficient_scope',
  not_found: 'invalid_request',
  method_not_allowed: 'invalid_request',
  timed_out: 'invalid_request',
  conflict: 'invalid_request',
  precondition_failed: 'invalid_request',
  too_large: 'invalid_request',
  unsupported_media_type: 'invalid_request',
  headers_too_large: 'invalid_request',
  invalid: 'invalid_request',
  too_many: 'temporarily_unavailable',
  internal: 'server_error',
  unavailable: 'temporarily_unavailable',
}

/**
 * A malformed request gets 400, whatever is wrong with its parameters (RFC 6749 §5.2). A status that says something about
 * HTTP itself, such as 404, 413 or 503, stays.
 */
export function oauthStatus(kind: FailureKind): number {
  return kind === 'invalid' || kind === 'unsupported_media_type' ? 400 : statusByKind[kind]
}

export function oauthCode({ problem }: Pick<Failure, 'problem'>): string {
  return ownCodes.includes(problem.code) ? problem.code : codeByKind[problem.kind]
}

/** The body of an error answer of OAuth (RFC 6749 §5.2). */
export function oauthErrorBody(failure: Failure): string {
  return JSON.stringify({
    ...failure.members,
    error: oauthCode(failure),
    error_description: inPlainCharacters(descriptionOf(failure)),
  })
}

function descriptionOf({ errors, message }: Failure): string {
  if (errors.length === 0) return message
  return errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join(' ')
}

/** A description has printable ASCII without quotes and backslashes (RFC 6749 §5.2). */
function inPlainCharacters(text: string): string {
  return text.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?')
}

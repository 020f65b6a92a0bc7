import { Failure, type FieldError, type Problem } from './failures.ts'

/** The problems that belong to no single feature. */

export const malformedRequest: Problem = {
  code: 'malformed_request',
  kind: 'malformed',
  title: 'Malformed request',
  advice: 'The server cannot read the request. Send valid JSON in UTF-8, with each field at most once.',
  cause:
    'The body is not JSON, a field or a header appears twice, or the request is not valid HTTP. The server did not process it.',
}

export const unauthenticated: Problem = {
  code: 'unauthenticated',
  kind: 'unauthenticated',
  title: 'Authentication required',
  advice: 'This call needs a credential. Sign in, then send "Authorization: Bearer <credential>".',
  cause:
    'The call is only for signed-in users, and the request had no credential: neither the header `Authorization` nor the cookie.',
}

export const invalidToken: Problem = {
  code: 'invalid_token',
  kind: 'unauthenticated',
  title: 'Invalid credential',
  advice: 'The credential is not valid, or no longer valid. Sign in again.',
  cause:
    'The credential or the refresh token was never issued by this server, its session has ended, or its account can no longer sign in.',
}

export const tokenExpired: Problem = {
  code: 'token_expired',
  kind: 'unauthenticated',
  title: 'Access token expired',
  advice: 'The access token has expired. Refresh it, or sign in again.',
  cause: 'An access token is valid for a short time, by default 15 minutes. Its session may still be valid.',
}

export const forbidden: Problem = {
  code: 'forbidden',
  kind: 'forbidden',
  title: 'Not allowed',
  advice: 'You are not allowed to do this.',
  cause:
    'The caller is known, but the settings of the server or the permissions of the account do not allow the call. A call by cookie that changes something is also refused if it does not come from a page of the public address of the server (`PROXIMA_PUBLIC_URL`).',
}

export const verificationRequired: Problem = {
  code: 'verification_required',
  kind: 'forbidden',
  title: 'Confirmation needed',
  advice:
    'First confirm your email address or phone number: POST /v1/me/verification sends a code. Until then, the account can do nothing else.',
  cause:
    'The server requires a confirmed email address or phone number (`PROXIMA_VERIFICATION=required`), and the account has confirmed none.',
}

export const stepUpRequired: Problem = {
  code: 'step_up_required',
  kind: 'forbidden',
  title: 'Fresh sign-in needed',
  advice: 'This call needs a recent sign-in. Sign in again and repeat the call in the new session.',
  cause:
    'The session began too long ago (`PROXIMA_FRESH_SESSION_SECONDS`). This call needs a recent sign-in, so that a stolen session is not enough.',
}

export const notFound: Problem = {
  code: 'not_found',
  kind: 'not_found',
  title: 'Not found',
  advice: 'There is nothing at this address, or nothing that you may see. Check the address.',
  cause:
    'There is nothing at this address, or it belongs to someone else. Both get the same answer, so that no one can find out what exists.',
}

export const methodNotAllowed: Problem = {
  code: 'method_not_allowed',
  kind: 'method_not_allowed',
  title: 'Method not allowed',
  advice: 'This address does not support this method. The Allow header lists the methods that it supports.',
  cause: 'The address exists, but not with this method.',
}

export const requestTimeout: Problem = {
  code: 'request_timeout',
  kind: 'timed_out',
  title: 'Request too slow',
  advice:
    'The request did not arrive in time. Send it again: a small body within 30 seconds, and a larger one without long pauses.',
  cause:
    'The headers take longer than 20 seconds, nothing arrives for 15 seconds, or a body that takes longer than 30 seconds arrives at less than 16 kB per second.',
}

export const preconditionFailed: Problem = {
  code: 'precondition_failed',
  kind: 'precondition_failed',
  title: 'Changed in the meantime',
  advice:
    'The resource has changed since you read the ETag in If-Match. Read it again, then send the change with the new ETag.',
  cause:
    'The call had the header `If-Match`, and someone else has changed the resource since you read it. Nothing was changed.',
}

export const tooLarge: Problem = {
  code: 'too_large',
  kind: 'too_large',
  title: 'Request too large',
  advice: 'The request is larger than this server accepts. Send a smaller one.',
  cause:
    'The body is longer than the server accepts for this call. The limits are settings of the server (`PROXIMA_BODY_SIZE_MAX_BYTES`, `PROXIMA_PICTURE_SIZE_MAX_BYTES`).',
}

export const headersTooLarge: Problem = {
  code: 'headers_too_large',
  kind: 'headers_too_large',
  title: 'Headers too large',
  advice:
    'The headers of the request are larger than 16 KiB. Remove cookies or other headers that this server does not need.',
  cause: 'A client sends the cookies of all other services on the same host, or a proxy adds long headers.',
}

export const unsupportedMediaType: Problem = {
  code: 'unsupported_media_type',
  kind: 'unsupported_media_type',
  title: 'Unsupported media type',
  advice: 'Send the body as "Content-Type: application/json", uncompressed.',
  cause: 'The header `Content-Type` names a type that this call does not take, or the body is compressed.',
}

export const validationFailed: Problem = {
  code: 'validation_failed',
  kind: 'invalid',
  title: 'Validation failed',
  advice: 'At least one field is not valid. The list "errors" names each field and its error.',
  cause:
    'The server can read the request, but a field is missing, unknown or of the wrong type, or breaks a rule. Nothing was changed.',
}

export const rateLimited: Problem = {
  code: 'rate_limited',
  kind: 'too_many',
  title: 'Too many requests',
  advice: 'Too many requests in a short time. Try again after the number of seconds in Retry-After.',
  cause:
    'One address, one network or one account has made more calls of this kind than the limit allows. After several wrong passwords or codes in a row, each attempt must wait. A new code can be requested once a minute.',
}

export const impersonationForbidden: Problem = {
  code: 'impersonation_forbidden',
  kind: 'forbidden',
  title: 'Only for the owner',
  advice:
    'You see this account as its owner does, and can change nothing in it. Stop first: `DELETE /v1/me/impersonation`.',
  cause:
    'An administrator who sees an account as its owner does may read some of it. Every other call is refused, whatever ' +
    'the owner or the administrator may do.',
}

export const internalError: Problem = {
  code: 'internal_error',
  kind: 'internal',
  title: 'Internal error',
  advice:
    'An unexpected error occurred on the server and was logged. Quote the request id when you report it.',
  cause: 'A fault in the server. The operator can find the reason in the log by the request id.',
}

export const overloaded: Problem = {
  code: 'overloaded',
  kind: 'unavailable',
  title: 'Server overloaded',
  advice:
    'The server has more work than it can do in time. Try again after the number of seconds in Retry-After.',
  cause:
    'Hashing passwords and decoding pictures needs much processor time. When more of them arrive than the server can handle in a few seconds, it refuses the rest at once instead of letting everyone wait.',
}

export const unavailable: Problem = {
  code: 'unavailable',
  kind: 'unavailable',
  title: 'Temporarily unavailable',
  advice:
    'A service that this call depends on is not available. Try again after the number of seconds in Retry-After.',
  cause:
    'The database does not answer, is being migrated, or refuses writes. The server tries again by itself. Or another ' +
    'system, which must check a password at the first sign-in, does not answer (`PROXIMA_VERIFY_PASSWORDS_WITH`).',
}

/** A validation failure that names the given fields. */
export function invalidFields(...errors: readonly FieldError[]): Failure {
  return new Failure(validationFailed, { errors })
}

/** A handler for failures: ignores that something is temporarily unavailable. A database may read but not write. */
export function unlessUnavailable(error: unknown): void {
  if (!(error instanceof Failure) || error.problem !== unavailable) throw error
}

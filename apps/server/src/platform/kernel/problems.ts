import { Failure, type FieldError, type Problem } from './failures.ts'

/** The problems that belong to no single feature. */

export const malformedRequest: Problem = {
  code: 'malformed_request',
  kind: 'malformed',
  title: 'Malformed request',
  advice: 'The server cannot read the request. Send valid JSON in UTF-8, with each field at most once.',
}

export const unauthenticated: Problem = {
  code: 'unauthenticated',
  kind: 'unauthenticated',
  title: 'Authentication required',
  advice: 'This call needs a credential. Sign in, then send "Authorization: Bearer <credential>".',
}

export const invalidToken: Problem = {
  code: 'invalid_token',
  kind: 'unauthenticated',
  title: 'Invalid credential',
  advice: 'The credential is not valid, or no longer valid. Sign in again.',
}

export const tokenExpired: Problem = {
  code: 'token_expired',
  kind: 'unauthenticated',
  title: 'Access token expired',
  advice: 'The access token has expired. Refresh it, or sign in again.',
}

export const forbidden: Problem = {
  code: 'forbidden',
  kind: 'forbidden',
  title: 'Not allowed',
  advice: 'You are not allowed to do this.',
}

export const notFound: Problem = {
  code: 'not_found',
  kind: 'not_found',
  title: 'Not found',
  advice: 'There is nothing at this address, or nothing that you may see. Check the address.',
}

export const methodNotAllowed: Problem = {
  code: 'method_not_allowed',
  kind: 'method_not_allowed',
  title: 'Method not allowed',
  advice: 'This address does not support this method. The Allow header lists the methods that it supports.',
}

export const preconditionFailed: Problem = {
  code: 'precondition_failed',
  kind: 'precondition_failed',
  title: 'Changed in the meantime',
  advice:
    'The resource has changed since you read the ETag in If-Match. Read it again, then send the change with the new ETag.',
}

export const tooLarge: Problem = {
  code: 'too_large',
  kind: 'too_large',
  title: 'Request too large',
  advice: 'The request is larger than this server accepts. Send a smaller one.',
}

export const unsupportedMediaType: Problem = {
  code: 'unsupported_media_type',
  kind: 'unsupported_media_type',
  title: 'Unsupported media type',
  advice: 'Send the body as "Content-Type: application/json", uncompressed.',
}

export const validationFailed: Problem = {
  code: 'validation_failed',
  kind: 'invalid',
  title: 'Validation failed',
  advice: 'At least one field is not valid. The list "errors" names each field and its error.',
}

export const rateLimited: Problem = {
  code: 'rate_limited',
  kind: 'too_many',
  title: 'Too many requests',
  advice: 'Too many requests in a short time. Try again after the number of seconds in Retry-After.',
}

export const internalError: Problem = {
  code: 'internal_error',
  kind: 'internal',
  title: 'Internal error',
  advice:
    'An unexpected error occurred on the server and was logged. Quote the request id when you report it.',
}

export const overloaded: Problem = {
  code: 'overloaded',
  kind: 'unavailable',
  title: 'Server overloaded',
  advice:
    'The server has more work than it can do in time. Try again after the number of seconds in Retry-After.',
}

export const unavailable: Problem = {
  code: 'unavailable',
  kind: 'unavailable',
  title: 'Temporarily unavailable',
  advice:
    'A service that this call depends on is not available. Try again after the number of seconds in Retry-After.',
}

/** A validation failure that names the given fields. */
export function invalidFields(...errors: readonly FieldError[]): Failure {
  return new Failure(validationFailed, { errors })
}

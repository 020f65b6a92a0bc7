import { Failure, type FieldError, type Problem } from './failures.ts'

/** The problems that belong to no feature. */

export const malformedRequest: Problem = {
  code: 'malformed_request',
  kind: 'malformed',
  title: 'Malformed request',
  advice: 'The request could not be read. Send valid JSON in UTF-8, naming each field once.',
}

export const unauthenticated: Problem = {
  code: 'unauthenticated',
  kind: 'unauthenticated',
  title: 'Authentication needed',
  advice: 'This call needs a credential. Sign in and send it as "Authorization: Bearer <credential>".',
}

export const invalidToken: Problem = {
  code: 'invalid_token',
  kind: 'unauthenticated',
  title: 'Credential not accepted',
  advice: 'The credential is not valid or no longer so. Sign in again.',
}

export const tokenExpired: Problem = {
  code: 'token_expired',
  kind: 'unauthenticated',
  title: 'Access token expired',
  advice: 'The access token has expired. Refresh it or sign in again.',
}

export const forbidden: Problem = {
  code: 'forbidden',
  kind: 'forbidden',
  title: 'Not allowed',
  advice: 'The caller is known but may not do this.',
}

export const notFound: Problem = {
  code: 'not_found',
  kind: 'not_found',
  title: 'Not found',
  advice: 'There is nothing here, or nothing that the caller may know of. Check the address.',
}

export const methodNotAllowed: Problem = {
  code: 'method_not_allowed',
  kind: 'method_not_allowed',
  title: 'Method not allowed',
  advice: 'This address does not answer to this method. The Allow header names those that it answers to.',
}

export const preconditionFailed: Problem = {
  code: 'precondition_failed',
  kind: 'precondition_failed',
  title: 'Changed meanwhile',
  advice:
    'This is no longer as the ETag in If-Match says. Read it again, then send the change with its new ETag.',
}

export const tooLarge: Problem = {
  code: 'too_large',
  kind: 'too_large',
  title: 'Request too large',
  advice: 'The request is larger than this server accepts. Send less.',
}

export const unsupportedMediaType: Problem = {
  code: 'unsupported_media_type',
  kind: 'unsupported_media_type',
  title: 'Media type not accepted',
  advice: 'Send the body as "Content-Type: application/json", uncompressed.',
}

export const validationFailed: Problem = {
  code: 'validation_failed',
  kind: 'invalid',
  title: 'Validation failed',
  advice: 'A field breaks a rule. The list "errors" names each field and what is wrong with it.',
}

export const rateLimited: Problem = {
  code: 'rate_limited',
  kind: 'too_many',
  title: 'Too many tries',
  advice: 'Too many tries in too short a time. Try again after the seconds in Retry-After.',
}

export const internalError: Problem = {
  code: 'internal_error',
  kind: 'internal',
  title: 'Internal error',
  advice: 'Something went wrong on this server and has been logged. Quote the request id when you report it.',
}

export const overloaded: Problem = {
  code: 'overloaded',
  kind: 'unavailable',
  title: 'Server overloaded',
  advice: 'The server has more to do than it can do in time. Try again after the seconds in Retry-After.',
}

export const unavailable: Problem = {
  code: 'unavailable',
  kind: 'unavailable',
  title: 'Temporarily unavailable',
  advice: 'Something that this call depends on is down. Try again after the seconds in Retry-After.',
}

/** A validation failure for the fields named. */
export function invalidFields(...errors: readonly FieldError[]): Failure {
  return new Failure(validationFailed, { errors })
}

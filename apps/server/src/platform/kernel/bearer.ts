import { Failure } from './failures.ts'
import { unauthenticated } from './problems.ts'

/** The credential in a header `Authorization` (RFC 6750 §2.1). @throws `unauthenticated` */
export function bearerOf(authorization = ''): string {
  const [scheme, credential, ...rest] = authorization.trim().split(/ +/)
  if (scheme?.toLowerCase() !== 'bearer' || credential === undefined || rest.length > 0)
    throw new Failure(unauthenticated)
  return credential
}

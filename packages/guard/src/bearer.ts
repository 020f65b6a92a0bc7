import { Refusal } from './refusal.ts'

/** Bounds what one request can make us decode. The headers of a request have about as much room. */
const lengthMax = 8192

/** The credential in the header `Authorization` (RFC 6750 §2.1). @throws Refusal `unauthenticated`, `invalid_token` */
export function bearerOf(authorization: string | null | undefined): string {
  const credential = authorization == null ? null : (inUsualForm(authorization) ?? inAnyForm(authorization))
  if (credential === null) throw new Refusal('unauthenticated')
  if (credential.length > lengthMax)
    throw new Refusal('invalid_token', { reason: 'longer than any credential' })
  return credential
}

const start = 'Bearer '

/** The form that nearly every client sends, without the cost of the others. */
function inUsualForm(authorization: string): string | null {
  const isUsual = authorization.startsWith(start) && !authorization.includes(' ', start.length)
  return isUsual && authorization.length > start.length ? authorization.slice(start.length) : null
}

function inAnyForm(authorization: string): string | null {
  const [scheme, credential, ...rest] = authorization.trim().split(/ +/)
  if (scheme?.toLowerCase() !== 'bearer' || rest.length > 0) return null
  return credential ?? null
}

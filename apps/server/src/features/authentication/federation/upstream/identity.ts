import type { Provider } from '../../../../platform/config/providers/model.ts'
import { FederationRefusal, type UpstreamIdentity } from '../model.ts'
import { vouchesFor } from './emails.ts'
import type { Claims } from './oauth-apis.ts'

/** OpenID Connect Core 1.0 §2: at most 255 ASCII characters. */
const subjectLengthMax = 255
const issuerLengthMax = 500
/** An address or a name that is longer is left out, because no account could have it. */
const textLengthMax = 200

/**
 * Reads what a provider says of someone. Nothing of it comes from the browser (A12).
 * @throws FederationRefusal if it does not say who it is
 */
export function identityOf(provider: Provider, claims: Claims & { readonly iss?: string }): UpstreamIdentity {
  // An issuer for many tenants names its tenant in the token: the same subject of two tenants is two people (A112).
  const issuer = claims.iss ?? provider.issuer
  const { sub } = claims
  if (typeof sub !== 'string' || sub === '' || sub.length > subjectLengthMax || !/^[\x21-\x7e ]+$/.test(sub))
    throw new FederationRefusal('provider_refused', new Error('the provider names no subject'))
  if (issuer.length > issuerLengthMax)
    throw new FederationRefusal('provider_refused', new Error('the issuer is too long'))
  const email = textOf(claims.email)
  return {
    provider: provider.id,
    issuer,
    subject: sub,
    email,
    isEmailVerified: email !== null && vouchesFor(provider.emails, claims),
    username: textOf(claims.preferred_username),
    fullName: textOf(claims.name),
    givenName: textOf(claims.given_name),
    familyName: textOf(claims.family_name),
  }
}

function textOf(claim: unknown): string | null {
  if (typeof claim !== 'string' || !claim.isWellFormed()) return null
  const text = claim.trim()
  return text === '' || text.length > textLengthMax ? null : text
}

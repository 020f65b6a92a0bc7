import type { EmailRule } from '../../../../platform/config/providers/model.ts'

/** What a provider says of an address. The names are those of the claims. */
export interface EmailClaims {
  readonly email?: unknown
  readonly email_verified?: unknown
  /** Google: the domain of the organisation that has the account. */
  readonly hd?: unknown
  /** Microsoft: the owner of the domain has proved that it is theirs. */
  readonly xms_edov?: unknown
}

const googleDomains = ['gmail.com', 'googlemail.com']

/**
 * True if the provider has verified that its user has the address, and if its word counts for the domain. A claim that is
 * missing verifies nothing, and a name that only looks like an address is no `email` (A11).
 */
export function vouchesFor(rule: EmailRule, claims: EmailClaims): boolean {
  if (typeof claims.email !== 'string') return false
  const domain = claims.email.slice(claims.email.lastIndexOf('@') + 1).toLowerCase()
  switch (rule.by) {
    case 'domains':
      return isTrue(claims.email_verified) && (rule.domains === null || rule.domains.includes(domain))
    case 'google':
      // Of another address, Google only knows that its user once received mail there.
      return isTrue(claims.email_verified) && (googleDomains.includes(domain) || isText(claims.hd))
    case 'microsoft':
      // An administrator of any organisation can enter any address (nOAuth), unless this claim says otherwise.
      return isTrue(claims.xms_edov)
    case 'nobody':
      return false
  }
}

/** Apple and Microsoft send some of these as texts or numbers. */
function isTrue(claim: unknown): boolean {
  return claim === true || claim === 'true' || claim === 1 || claim === '1'
}

function isText(claim: unknown): boolean {
  return typeof claim === 'string' && claim !== ''
}

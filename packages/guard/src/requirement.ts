import type { CurrentUser } from './current-user.ts'
import { Refusal } from './refusal.ts'

/** What a route asks of its caller. */
export type Requirement =
  | { readonly kind: 'user' }
  | { readonly kind: 'role'; readonly anyOf: readonly string[] }
  | { readonly kind: 'permission'; readonly allOf: readonly string[] }
  | { readonly kind: 'recent-sign-in'; readonly maxAgeSeconds: number }
  | { readonly kind: 'factor'; readonly levels: readonly string[] }

/** A name can stand in a header between quotes (RFC 6750 §3). */
const safeName = /^[\x21\x23-\x5b\x5d-\x7e]+$/

export const anyUser: Requirement = { kind: 'user' }

/** @throws TypeError for an empty list: a route that asks for nothing would let everyone in */
export function someRole(roles: readonly string[]): Requirement {
  return { kind: 'role', anyOf: named('requireRole', roles) }
}

/** @throws TypeError for an empty list: a route that asks for nothing would let everyone in */
export function everyPermission(permissions: readonly string[]): Requirement {
  return { kind: 'permission', allOf: named('requirePermission', permissions) }
}

export function recentSignIn(maxAgeSeconds: number): Requirement {
  if (!(maxAgeSeconds > 0)) throw new TypeError('requireRecentSignIn needs a number of seconds above 0.')
  return { kind: 'recent-sign-in', maxAgeSeconds }
}

/** The levels of assurance with two factors: any two, and a key that no phishing page can use. */
const twoFactors: readonly string[] = ['urn:proxima:aal2', 'phr']
const phishingResistant: readonly string[] = ['phr']

export function secondFactor({ isPhishingResistant = false } = {}): Requirement {
  return { kind: 'factor', levels: isPhishingResistant ? phishingResistant : twoFactors }
}

function named(call: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) throw new TypeError(`${call} needs at least one name.`)
  const bad = names.find((name) => !safeName.test(name))
  if (bad !== undefined) throw new TypeError(`${call} cannot use the name ${JSON.stringify(bad)}.`)
  return names
}

/**
 * @param nowSeconds since 1970
 * @throws Refusal `forbidden`, `step_up_required`
 */
export function check(requirement: Requirement, user: CurrentUser, nowSeconds: number): void {
  if (requirement.kind === 'role' && !hasRole(user, requirement.anyOf)) throw new Refusal('forbidden')
  if (requirement.kind === 'permission') {
    const { permissions } = user
    const missing = requirement.allOf.filter((permission) => permissions?.includes(permission) !== true)
    if (missing.length > 0)
      throw new Refusal('forbidden', { challenge: { scope: requirement.allOf.join(' ') } })
  }
  if (requirement.kind === 'recent-sign-in' && !isRecent(user, requirement.maxAgeSeconds, nowSeconds))
    throw new Refusal('step_up_required', { challenge: { max_age: String(requirement.maxAgeSeconds) } })
  // The level says what the server has checked. An API key has none. RFC 9470 §3 has `acr_values`.
  if (requirement.kind === 'factor' && !requirement.levels.includes(user.acr ?? ''))
    throw new Refusal('step_up_required', { challenge: { acr_values: requirement.levels.join(' ') } })
}

/** The client id of a person who signed in to Proxima itself. */
const firstParty = 'proxima'

// An API key, and the token of a program, are made for some permissions. They carry all roles of their owner, so with
// them an administrator's key for one report could do everything that the role may (OWASP ASVS 8.2.1).
function hasRole({ clientId, roles, sessionId }: CurrentUser, anyOf: readonly string[]): boolean {
  return clientId === firstParty && sessionId !== null && anyOf.some((role) => roles.includes(role))
}

// An API key has no sign-in. To a program, a person may have given their password long ago: the server never counts its
// session as recent, either. A time in the future is our clock's or the server's fault, and no proof that it was recent.
function isRecent({ authTime, clientId }: CurrentUser, maxAgeSeconds: number, nowSeconds: number): boolean {
  if (authTime === null || clientId !== firstParty) return false
  return Math.abs(nowSeconds - authTime) <= maxAgeSeconds
}

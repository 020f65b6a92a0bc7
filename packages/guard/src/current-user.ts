/** The caller of a request, as the credential describes them. */
export interface CurrentUser {
  /** The id of the account. Store your data under it: a username or an email address can change owners. */
  readonly id: string
  /** Null for an API key, which has no session. */
  readonly sessionId: string | null
  /** `proxima` for a person who signed in to Proxima itself; otherwise the id of the program that got the token. */
  readonly clientId: string
  /** The roles of the account. An API key and a program may not use them: `requireRole` refuses both. */
  readonly roles: readonly string[]
  /** Null if they do not fit into the token. `requirePermission` then asks the server. */
  readonly permissions: readonly string[] | null
  /** When the owner last proved who they are, in seconds since 1970. Null if the credential does not say. */
  readonly authTime: number | null
  /** How they proved it (RFC 8176). */
  readonly amr: readonly string[]
  /** The level of assurance. */
  readonly acr: string | null
  /** When the credential expires, in seconds since 1970. Null if it does not. */
  readonly expiresAt: number | null
}

/** The claims of a token, or the answer about a credential. Both have the same names (RFC 9068 §2.2, RFC 7662 §2.2). */
export type Claims = Readonly<Record<string, unknown>>

/** Null if a claim that every credential has is missing or of the wrong kind. */
export function readCurrentUser(claims: Claims): CurrentUser | null {
  const { sub, sid, client_id: clientId, roles, permissions, auth_time: authTime, amr, acr, exp } = claims
  if (typeof sub !== 'string' || sub === '') return null
  if (typeof clientId !== 'string' || clientId === '') return null
  if (!isStrings(roles)) return null
  // A missing list of permissions means that the token has no room for it. It never means "all".
  if (permissions !== undefined && !isStrings(permissions)) return null
  return Object.freeze({
    id: sub,
    sessionId: typeof sid === 'string' ? sid : null,
    clientId,
    roles: Object.freeze([...roles]),
    permissions: permissions === undefined ? null : Object.freeze([...permissions]),
    authTime: isSeconds(authTime) ? authTime : null,
    amr: Object.freeze(isStrings(amr) ? [...amr] : []),
    acr: typeof acr === 'string' ? acr : null,
    expiresAt: isSeconds(exp) ? exp : null,
  })
}

/** RFC 7519 §2 allows fractions, but Proxima writes none; 1e400 reads as infinity and would never expire (A72). */
export function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

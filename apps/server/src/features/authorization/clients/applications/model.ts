import type { OpenIdScope } from '../../../../platform/kernel/openid-scopes.ts'

/** What a client is to the people who sign in with it (RFC 7591 §2, OpenID Connect Dynamic Client Registration §2). */
export interface ApplicationFields {
  readonly applicationType: ApplicationType
  /** The scopes that the client may ask people for. */
  readonly openIdScope: readonly OpenIdScope[]
  /** Where people may be sent back to after they have signed in, compared letter by letter. */
  readonly redirectUris: readonly string[]
  /** The same, after they have signed out. */
  readonly postLogoutRedirectUris: readonly string[]
  /** Where the server reports that a session has ended; null if the client does not ask for that. */
  readonly backchannelLogoutUri: string | null
  readonly logoUri: string | null
  readonly clientUri: string | null
  readonly policyUri: string | null
  readonly tosUri: string | null
  /** True if it belongs to the operator of the server, so that people are not asked for their consent. */
  readonly isFirstParty: boolean
  readonly subjectType: SubjectType
  /** The host for which pairwise subjects are made; null if it follows from the redirect addresses. */
  readonly sectorIdentifier: string | null
  readonly idTokenAlgorithm: IdTokenAlgorithm
  /** True if it may ask for a sign-in only with a pushed request (RFC 9126 §6). */
  readonly requiresPushedRequests: boolean
  /** True if its access tokens are bound to a key of the client (RFC 9449 §5.2). */
  readonly bindsTokensToKey: boolean
}

/** `native`: a program on the machine of its user. A page that runs in the browser is a `web` application. */
export const applicationTypes = ['web', 'native'] as const
export type ApplicationType = (typeof applicationTypes)[number]

/** `pairwise`: each sector learns another id of the same person, so that two of them cannot compare what they know. */
export const subjectTypes = ['public', 'pairwise'] as const
export type SubjectType = (typeof subjectTypes)[number]

/** The default first. RS256 is for clients whose library knows nothing else. */
export const idTokenAlgorithms = ['ES256', 'RS256'] as const
export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number]

/** A client that signs no one in. */
export const usualApplication: ApplicationFields = {
  applicationType: 'web',
  openIdScope: [],
  redirectUris: [],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: null,
  logoUri: null,
  clientUri: null,
  policyUri: null,
  tosUri: null,
  isFirstParty: false,
  subjectType: 'public',
  sectorIdentifier: null,
  idTokenAlgorithm: 'ES256',
  requiresPushedRequests: false,
  bindsTokensToKey: false,
}

/**
 * The host that stands for the client when pairwise subjects are made (OpenID Connect Core §8.1); null if its redirect
 * addresses name none, or several.
 */
export function sectorOf({
  redirectUris,
  sectorIdentifier,
}: Pick<ApplicationFields, 'redirectUris' | 'sectorIdentifier'>): string | null {
  if (sectorIdentifier !== null) return sectorIdentifier
  const hosts = new Set(redirectUris.map((uri) => new URL(uri).hostname))
  const [host] = hosts
  return hosts.size === 1 && host !== undefined && host !== '' ? host : null
}

import type * as library from 'oidc-provider'
import type { Configuration, JWK, KoaContextWithOIDC } from 'oidc-provider'
import type { AccountId, ClientId } from '../../../platform/kernel/ids.ts'
import { isOpenIdScope, openIdScopes } from '../../../platform/kernel/openid-scopes.ts'
import { acrValues } from '../../../platform/kernel/principal.ts'
import {
  authorizationPath,
  endSessionPath,
  pushedRequestPath,
  tokenPath,
  userInfoPath,
} from '../../integration/oauth/model.ts'
import { claimsByScope, type Person } from '../claims.ts'
import { codeSeconds, consentPath, interactionSeconds, pushedRequestSeconds } from '../model.ts'
import { adapterFor, type Sources } from './adapter.ts'
import { cookieNames } from './browser.ts'
import { interactionsOf } from './policy.ts'

export interface ConfigurationOptions {
  readonly sources: Sources
  readonly keys: readonly JWK[]
  /** The services that access tokens are for. */
  readonly audience: string
  readonly sessionSeconds: number
  /** Null if the person may not sign in. */
  readonly findPerson: (id: AccountId) => Promise<Person | null>
  /** The permissions that a client may ask for. */
  readonly findPermissions: (clientId: string) => Promise<readonly string[]>
  /** What the person has let the application have; null if they have not been asked. */
  readonly findConsent: (about: Consenting) => Promise<readonly string[] | null>
  /** The subject of an account for one client or several of the same owner (OpenID Connect Core §8.1). */
  readonly pairwiseSubject: (accountId: string, sector: string) => Promise<string>
}

/** Whose decision it is, and about what. */
export interface Consenting {
  readonly accountId: AccountId
  readonly clientId: ClientId
}

/** How the library is set up. Nothing that it stores or shows is its own. */
export function configurationOf(
  { errors, interactionPolicy }: typeof library,
  {
    sources,
    keys,
    audience,
    sessionSeconds,
    findConsent,
    findPermissions,
    findPerson,
    pairwiseSubject,
  }: ConfigurationOptions,
): Configuration {
  return {
    adapter: (kind: string) => adapterFor(kind, sources),
    jwks: { keys: [...keys] },
    scopes: [...openIdScopes],
    claims: claimsByScope,
    acrValues: [...acrValues],
    // An application sees in the ID token what it may know; it need not ask again (OpenID Connect Core §5.4 allows both).
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    subjectTypes: ['public', 'pairwise'],
    clientAuthMethods: ['none'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    // RFC 9700 §2.1.1: for every client, and never `plain`.
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    cookies: { names: { ...cookieNames }, keys: [] },
    routes: {
      authorization: authorizationPath,
      end_session: endSessionPath,
      jwks: '/.well-known/jwks.json',
      pushed_authorization_request: pushedRequestPath,
      token: tokenPath,
      userinfo: userInfoPath,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: showNothing, postLogoutSuccessSource: showNothing },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: async (_ctx, resource, { clientId }) => {
          if (resource !== audience) throw new errors.InvalidTarget()
          const permissions = await findPermissions(clientId)
          return { audience, scope: permissions.join(' '), accessTokenFormat: 'opaque' }
        },
      },
      userinfo: { enabled: true },
    },
    interactions: {
      policy: interactionsOf(interactionPolicy),
      url: (_ctx, { uid }) => `${consentPath}?request=${uid}`,
    },
    findAccount: async (_ctx, id) => {
      const person = await findPerson(id as AccountId)
      if (person === null) return undefined
      return { accountId: id, claims: async () => ({ ...(await person.claims()), sub: id }) }
    },
    loadExistingGrant: (ctx) => grantFor(ctx, { audience, findConsent }),
    pairwiseIdentifier: async (_ctx, accountId, { sectorIdentifier }) =>
      await pairwiseSubject(accountId, String(sectorIdentifier)),
    // Refresh tokens and access tokens are those of Proxima: see redemption.ts.
    issueRefreshToken: () => false,
    expiresWithSession: () => false,
    renderError: (ctx, out) => {
      ctx.type = 'json'
      ctx.body = out
    },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: codeSeconds,
      Grant: sessionSeconds,
      IdToken: 3_600,
      Interaction: interactionSeconds,
      PushedAuthorizationRequest: pushedRequestSeconds,
      Session: sessionSeconds,
    },
  }
}

/** The pages are made elsewhere, from what the library has decided. */
function showNothing(): void {}

/** A new grant for each sign-in, with what the person has agreed to before: so one sign-in ends without the others. */
async function grantFor(
  { oidc }: KoaContextWithOIDC,
  { audience, findConsent }: Pick<ConfigurationOptions, 'audience' | 'findConsent'>,
) {
  const { account, client, provider } = oidc
  if (account === undefined || client === undefined) return undefined
  const about = { accountId: account.accountId as AccountId, clientId: client.clientId as ClientId }
  const scope = await findConsent(about)
  if (scope === null) return undefined
  const grant = new provider.Grant(about)
  grant.addOIDCScope(scope.filter(isOpenIdScope).join(' '))
  grant.addResourceScope(audience, scope.filter((each) => !isOpenIdScope(each)).join(' '))
  await grant.save()
  return grant
}

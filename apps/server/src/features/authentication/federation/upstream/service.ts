import type * as openid from 'openid-client'
import type { Configuration } from 'openid-client'
import type { Provider } from '../../../../platform/config/providers/model.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { hourMs } from '../../../../platform/kernel/durations.ts'
import { isRecent } from '../../../../platform/kernel/time-bounds.ts'
import { OutgoingFailure } from '../../../../platform/outgoing/failure.ts'
import type { OutgoingRequests } from '../../../../platform/outgoing/outgoing.ts'
import { FederationRefusal, type UpstreamIdentity } from '../model.ts'
import { clientAuthOf } from './client-secret.ts'
import { guardedFetch, requestSeconds } from './fetch.ts'
import { identityOf } from './identity.ts'
import { type Claims, oauthApis } from './oauth-apis.ts'

type OpenidClient = typeof openid

export interface UpstreamsOptions {
  readonly providers: readonly Provider[]
  readonly outgoing: Pick<OutgoingRequests, 'exchange'>
  readonly clock: Clock
  /** True to allow a provider on this machine without encryption: for trying out. */
  readonly allowsLoopback: boolean
}

/** What an answer of the provider must agree with. */
export interface Expected {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectUri: string
}

/** Metadata changes rarely. Keys are fetched again when a token names one that is not known. */
const metadataMs = hourMs
/** So many sign-ins may wait for one provider: the rest is refused, so that a slow provider does not fill the memory (I13). */
export const signInsMax = 64

interface Known {
  readonly configuration: Promise<Configuration>
  readonly at: Date
}

/**
 * The other services with whose accounts people sign in. openid-client checks their answers: issuer, audience, authorized
 * party, nonce, signature and times of the identity token, and the issuer of the answer (OpenID Connect Core 1.0 §3.1.3.7,
 * RFC 9207).
 */
export class Upstreams {
  readonly #options: UpstreamsOptions
  readonly #known = new Map<string, Known>()
  readonly #waiting = new Map<string, number>()

  constructor(options: UpstreamsOptions) {
    this.#options = options
  }

  get all(): readonly Provider[] {
    return this.#options.providers
  }

  /** Null if the settings have no such provider. */
  find(id: string): Provider | null {
    return this.all.find((provider) => provider.id === id) ?? null
  }

  /** A new `state`, `nonce` and PKCE verifier. */
  async secrets(): Promise<Pick<Expected, 'state' | 'nonce' | 'codeVerifier'>> {
    const client = await load()
    return {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    }
  }

  /** The address to which the browser goes. @throws FederationRefusal if the provider cannot be reached */
  async authorizationUrl(provider: Provider, expected: Expected): Promise<URL> {
    return await this.#bounded(provider, async () => {
      const client = await load()
      const configuration = await this.#configurationOf(provider)
      const { codeVerifier, nonce, redirectUri, state } = expected
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: provider.scopes.join(' '),
        state,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(provider.kind === 'oidc' && { nonce }),
        ...(provider.responseMode === 'form_post' && { response_mode: 'form_post' }),
      })
    })
  }

  /** Who the provider says it is. @throws FederationRefusal */
  async identify(provider: Provider, answer: URLSearchParams, expected: Expected): Promise<UpstreamIdentity> {
    return await this.#bounded(provider, async () => {
      const client = await load()
      const configuration = await this.#configurationOf(provider)
      const isOidc = provider.kind === 'oidc'
      const tokens = await client.authorizationCodeGrant(
        configuration,
        new URL(`${expected.redirectUri}?${answer.toString()}`),
        {
          expectedState: expected.state,
          pkceCodeVerifier: expected.codeVerifier,
          ...(isOidc && { expectedNonce: expected.nonce, idTokenExpected: true }),
        },
      )
      const claims = isOidc
        ? await this.#oidcClaims(client, configuration, tokens)
        : await this.#apiClaims(client, configuration, provider, tokens.access_token)
      return identityOf(provider, claims)
    })
  }

  /** Asks the provider for its metadata. @throws FederationRefusal */
  async check(provider: Provider): Promise<void> {
    await this.#bounded(provider, async () => void (await this.#configurationOf(provider)))
  }

  async #oidcClaims(
    client: OpenidClient,
    configuration: Configuration,
    tokens: Awaited<ReturnType<OpenidClient['authorizationCodeGrant']>>,
  ): Promise<Claims & { readonly iss: string }> {
    const token = tokens.claims()
    if (token === undefined) throw new FederationRefusal('provider_refused')
    const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined
    if (token['email'] !== undefined || !hasUserInfo) return token
    // It must be about the same subject (OpenID Connect Core 1.0 §5.3.2). Its issuer is that of the token.
    const info = await client.fetchUserInfo(configuration, tokens.access_token, token.sub)
    return { ...info, ...token }
  }

  async #apiClaims(
    client: OpenidClient,
    configuration: Configuration,
    provider: Provider,
    accessToken: string,
  ): Promise<Claims> {
    if (provider.kind === 'oidc') throw new TypeError('a provider with identity tokens has no such API')
    const read = async (address: string): Promise<unknown> => {
      const headers = new Headers({ accept: 'application/json' })
      const url = new URL(address)
      const answer = await client.fetchProtectedResource(
        configuration,
        accessToken,
        url,
        'GET',
        null,
        headers,
      )
      if (answer.status !== 200) throw new FederationRefusal('provider_refused')
      return await answer.json()
    }
    return await oauthApis[provider.kind].claims(provider, read, accessToken)
  }

  async #configurationOf(provider: Provider): Promise<Configuration> {
    const now = this.#options.clock.now()
    const known = this.#known.get(provider.id)
    if (known !== undefined && isRecent(known.at, now, metadataMs)) return await known.configuration
    const configuration = this.#discover(provider)
    this.#known.set(provider.id, { configuration, at: now })
    // A failure is not kept: the next sign-in asks again.
    configuration.catch(() => this.#known.delete(provider.id))
    return await configuration
  }

  async #discover(provider: Provider): Promise<Configuration> {
    const client = await load()
    const { allowsLoopback, clock, outgoing } = this.#options
    const fetch = guardedFetch(outgoing)
    const auth = clientAuthOf(provider, client, clock)
    const isInsecure = allowsLoopback && provider.issuer.startsWith('http://')
    // oxlint-disable-next-line typescript/no-deprecated -- only in development, for a provider on this machine
    const allowInsecure: (configuration: Configuration) => void = client.allowInsecureRequests
    if (provider.kind === 'oidc')
      return await client.discovery(new URL(provider.issuer), provider.clientId, undefined, auth, {
        [client.customFetch]: fetch,
        timeout: requestSeconds,
        // Without this, the signature of an identity token is not checked if it came over TLS.
        execute: [client.enableNonRepudiationChecks, ...(isInsecure ? [allowInsecure] : [])],
      })
    const metadata = oauthApis[provider.kind].metadata(provider)
    const configuration = new client.Configuration(metadata, provider.clientId, undefined, auth)
    configuration[client.customFetch] = fetch
    configuration.timeout = requestSeconds
    if (isInsecure) allowInsecure(configuration)
    return configuration
  }

  async #bounded<T>({ id }: Provider, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(id) ?? 0
    if (waiting >= signInsMax) throw new FederationRefusal('provider_unavailable')
    this.#waiting.set(id, waiting + 1)
    try {
      return await work()
    } catch (error) {
      throw refusalOf(error, await load())
    } finally {
      this.#waiting.set(id, (this.#waiting.get(id) ?? 1) - 1)
    }
  }
}

/** Loaded when it is first needed: most servers have no providers. */
async function load(): Promise<OpenidClient> {
  return await import('openid-client')
}

function refusalOf(error: unknown, client: OpenidClient): FederationRefusal {
  if (error instanceof FederationRefusal) return error
  if (error instanceof client.AuthorizationResponseError)
    return new FederationRefusal(error.error === 'access_denied' ? 'declined' : 'provider_refused', error)
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof OutgoingFailure || isTimeout(cause))
      return new FederationRefusal('provider_unavailable', error)
  return new FederationRefusal('provider_refused', error)
}

function isTimeout(error: Error): boolean {
  return 'code' in error && (error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT')
}

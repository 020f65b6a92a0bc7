import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type * as injection from 'light-my-request'
import type * as library from 'oidc-provider'
import type { Interaction, InteractionResults, JWK, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { acrOf, type Principal } from '../../../platform/kernel/principal.ts'
import { interactionSeconds } from '../model.ts'
import { BrowserCookies, browsers } from './browser.ts'
import { type ConfigurationOptions, configurationOf } from './configuration.ts'
import { entryDigest } from './digest.ts'
import {
  type Browser,
  type Decision,
  noBrowser,
  type PendingRequest,
  type RequestCookie,
  type SignOut,
} from './model.ts'

export interface EngineOptions extends Omit<ConfigurationOptions, 'keys' | 'audience'> {
  /** The keys that sign ID tokens, the one that signs now first. */
  readonly privateKeys: () => Promise<readonly JWK[]>
  readonly issuer: () => string
  readonly audience: () => string
}

/** A request to an endpoint of the provider. */
export interface EngineRequest {
  readonly method: 'GET' | 'POST'
  /** The path and the query. */
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
  readonly authorization?: string
  readonly browser?: Browser
}

/** What the library has decided. Proxima answers with it. */
export interface EngineAnswer {
  readonly status: number
  /** The address to which it leads; null if it does not. */
  readonly location: string | null
  readonly challenge: string | null
  /** JSON; null if there is none. */
  readonly body: Readonly<Record<string, unknown>> | null
  readonly cookies: readonly RequestCookie[]
  readonly entities: Partial<KoaContextWithOIDC['oidc']['entities']>
  /** What a sign-out leads to; null unless the request asks for one. */
  readonly signOut: SignOut | null
}

type Library = typeof library

interface Running {
  readonly keyId: string
  readonly issuer: string
  readonly provider: Provider
  readonly inject: typeof injection.inject
}

/**
 * The only place that knows how oidc-provider is run. It runs in this process, without a socket: it gets the request of a
 * browser or a client, and what it decides is answered by the routes of Proxima, with their limits and headers.
 */
export class OpenIdEngine {
  readonly #options: EngineOptions
  #running: Running | null = null

  constructor(options: EngineOptions) {
    this.#options = options
  }

  /** @throws what a part of Proxima has thrown to which the library has turned */
  async handle({
    method,
    path,
    form,
    authorization,
    browser = noBrowser(),
  }: EngineRequest): Promise<EngineAnswer> {
    const { inject, provider } = await this.#start()
    const issuer = new URL(provider.issuer)
    const seen: Seen = { context: null, error: null }
    const response = await browsers.run(browser, () =>
      contexts.run(
        seen,
        async () =>
          await inject(provider.callback() as (request: IncomingMessage, response: ServerResponse) => void, {
            method,
            url: path,
            headers: {
              host: issuer.host,
              'x-forwarded-proto': issuer.protocol.slice(0, -1),
              accept: 'application/json',
              ...(authorization !== undefined && { authorization }),
              ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
            },
            ...(form !== undefined && { payload: new URLSearchParams(form).toString() }),
          }),
      ),
    )
    if (seen.error !== null) throw seen.error
    const { location, 'www-authenticate': challenge } = response.headers
    return {
      status: response.statusCode,
      location: location ?? null,
      challenge: typeof challenge === 'string' ? challenge : null,
      body: bodyOf(response.payload),
      cookies: browser.cookies,
      entities: seen.context?.oidc?.entities ?? {},
      signOut: signOutIn(seen.context),
    }
  }

  /** Null if there is none, or if it has expired. */
  async pending(id: string): Promise<PendingRequest | null> {
    const interaction = await (await this.#provider()).Interaction.find(id)
    const entry = await this.#options.sources.entries.find(entryDigest('Interaction', id))
    if (interaction === undefined || entry === null) return null
    const { prompt, params } = interaction
    const { client_id: clientId, scope } = params
    return {
      id,
      prompt: prompt.name,
      reasons: prompt.reasons,
      clientId: String(clientId),
      scope: typeof scope === 'string' ? scope.split(' ') : [],
      sessionId: interaction.session?.uid ?? null,
      // By our clock: the proof of a person has a time of that clock.
      startedAt: new Date(entry.expiresAt.getTime() - interactionSeconds * 1_000),
    }
  }

  /**
   * Notes the answer of the person, who may have another session than when the request began.
   * @returns the address at which the request goes on; null if there is no such request
   */
  async decide(id: string, decision: Decision, principal: Principal): Promise<string | null> {
    const interaction = await (await this.#provider()).Interaction.find(id)
    if (interaction === undefined) return null
    const { accountId, authentication, sessionId } = principal
    const { amr, authenticatedAt } = authentication
    const seen = { amr: [...amr], acr: acrOf(amr) }
    interaction.session = { accountId, uid: sessionId, cookie: sessionId, ...seen }
    interaction.result = {
      ...(decision === 'denied' ? {} : answeredBy(accountId, interaction.lastSubmission)),
      ...resultOf(decision, { accountId, ts: Math.floor(authenticatedAt.getTime() / 1_000), ...seen }),
    }
    await interaction.save(secondsLeft(interaction))
    return interaction.returnTo
  }

  /** Lets the person answer in another session than the one in which they were asked. */
  async release(id: string): Promise<void> {
    const interaction = await (await this.#provider()).Interaction.find(id)
    if (interaction === undefined) return
    // What the other person has answered is not theirs (A111).
    delete interaction.session
    delete interaction.result
    delete interaction.lastSubmission
    await interaction.save(secondsLeft(interaction))
  }

  /** A key that is new or that signs from now on makes another provider. It keeps nothing, so none is missed. */
  async #start(): Promise<Running> {
    const { issuer: issuerOf, audience, privateKeys } = this.#options
    const keys = await privateKeys()
    const keyId = keys.map(({ kid }) => kid).join(' ')
    const issuer = issuerOf()
    if (this.#running?.keyId !== keyId || this.#running.issuer !== issuer) {
      // Loaded by the first application that someone signs in to.
      const loaded: Library = await import('oidc-provider')
      const { inject } = await import('light-my-request')
      const provider = providerOf(loaded, issuer, { ...this.#options, keys, audience: audience() })
      this.#running = { keyId, issuer, provider, inject }
    }
    return this.#running
  }

  async #provider(): Promise<Provider> {
    return (await this.#start()).provider
  }
}

/** The context of a request, and an error that is not the sender's. */
interface Seen {
  context: KoaContextWithOIDC | null
  error: Error | null
}

const contexts = new AsyncLocalStorage<Seen>()

function providerOf(
  { Provider, ...loaded }: Library,
  issuer: string,
  options: ConfigurationOptions,
): Provider {
  const provider = new Provider(issuer, configurationOf({ Provider, ...loaded }, options))
  // Its own log; the routes of Proxima log each failure.
  provider.silent = true
  provider.proxy = true
  const mountPath = new URL(issuer).pathname.replace(/\/$/, '')
  Object.defineProperty(provider.context, 'cookies', { get: () => new BrowserCookies() })
  provider.use(async (context, next) => {
    Object.assign(context, { mountPath })
    const seen = contexts.getStore()
    if (seen !== undefined) seen.context = context as unknown as KoaContextWithOIDC
    await next()
  })
  provider.on('server_error', (_context: unknown, error: Error) => {
    const seen = contexts.getStore()
    if (seen !== undefined) seen.error = error
  })
  return provider
}

interface LogoutState {
  readonly secret?: string
  readonly state?: string
  readonly postLogoutRedirectUri?: string
}

function signOutIn(context: KoaContextWithOIDC | null): SignOut | null {
  const {
    secret,
    state,
    postLogoutRedirectUri: address,
  } = (context?.oidc?.session?.state ?? {}) as LogoutState
  if (secret === undefined) return null
  if (address === undefined) return { secret, returnTo: null }
  const url = new URL(address)
  if (state !== undefined) url.searchParams.set('state', state)
  return { secret, returnTo: url.href }
}

function bodyOf(text: string): Readonly<Record<string, unknown>> | null {
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : null
}

/** What the same person has answered before in this request. */
function answeredBy(accountId: string, { login, ...answers }: InteractionResults = {}): InteractionResults {
  return login?.accountId === accountId ? { ...answers, login } : answers
}

function resultOf(decision: Decision, login: NonNullable<InteractionResults['login']>): InteractionResults {
  switch (decision) {
    case 'signed_in':
      return { login }
    case 'chosen':
      return { select_account: {} }
    case 'allowed':
      return { consent: {} }
    case 'denied':
      return { error: 'access_denied', error_description: 'the person did not allow it' }
  }
}

function secondsLeft({ exp }: Interaction): number {
  return exp - Math.floor(Date.now() / 1_000)
}

import { bearerOf } from './bearer.ts'
import type { CurrentUser } from './current-user.ts'
import { type ActiveCredential, Introspection } from './introspection/introspection.ts'
import { KeySet } from './keys/key-set.ts'
import { mismatchReport, type OnMismatch } from './mismatch-report.ts'
import { answerOf, Refusal, type RefusalAnswer } from './refusal.ts'
import { anyUser, check, type Requirement } from './requirement.ts'
import { RevocationFeed } from './revocations/feed.ts'
import { KnownRevocations } from './revocations/known-revocations.ts'
import { Server } from './server.ts'
import { type GuardOptions, readSettings, type Settings } from './settings.ts'
import { type CheckedToken, VerifiedTokens } from './tokens/verified-tokens.ts'
import { verifyToken } from './tokens/verify.ts'
import { type UserDetails, UserDetailsCache } from './user-details.ts'

/** A session code or an API key: 256 random bits behind a prefix. Everything else must be a token. */
const opaqueForm = /^px[sk]_[0-9A-Za-z_-]{20,100}$/

/**
 * Finds out who calls, and whether they may. It knows no framework: it takes the header `Authorization`, and gives the
 * caller or throws a `Refusal`.
 */
export class Guard {
  readonly #settings: Settings
  readonly #keys: KeySet
  readonly #known = new KnownRevocations()
  readonly #feed: RevocationFeed | null
  readonly #introspection: Introspection | null
  readonly #details: UserDetailsCache
  readonly #verified = new VerifiedTokens()
  readonly #onMismatch: OnMismatch

  /** @throws TypeError if a setting cannot work */
  constructor(options: GuardOptions) {
    const settings = readSettings(options)
    const { apiKey, issuer, audience, introspectionCacheMs: cacheMs } = settings
    const server = new Server(settings)
    const clocks = { now: monotonicMs, wallClock: Date.now }
    this.#settings = settings
    this.#onMismatch = mismatchReport(settings)
    this.#keys = new KeySet({ server, ...clocks })
    this.#details = new UserDetailsCache({ server, ...clocks })
    this.#feed =
      apiKey === null ? null : new RevocationFeed({ ...settings, apiKey, known: this.#known, ...clocks })
    // Our clock may be ahead of the server's, which says when something was revoked.
    const isRevoked = ({ user, askedAtSeconds }: ActiveCredential) =>
      this.#concerns(user, askedAtSeconds - settings.clockToleranceSeconds)
    const onMismatch = this.#onMismatch
    const version = () => this.#known.version
    this.#introspection =
      apiKey === null
        ? null
        : new Introspection({
            server,
            apiKey,
            issuer,
            audience,
            cacheMs,
            isRevoked,
            version,
            onMismatch,
            ...clocks,
          })
  }

  /**
   * The caller. It answers at once, without a promise, for a token that it has seen before.
   * @param authorization the header of the request
   * @throws Refusal `unauthenticated`, `invalid_token`, `token_expired`, `forbidden`, `step_up_required`, `unavailable`
   */
  authorize(
    authorization: string | null | undefined,
    requirement: Requirement = anyUser,
  ): CurrentUser | Promise<CurrentUser> {
    const credential = bearerOf(authorization)
    const user = this.#recall(credential)
    return user === null
      ? this.#authorizeNew(credential, requirement)
      : this.#judge(credential, user, requirement)
  }

  /** The details of the caller, from the server. @throws Refusal `invalid_token`, `unavailable` */
  async fetchUser(authorization: string | null | undefined): Promise<UserDetails> {
    return await this.#details.of(bearerOf(authorization))
  }

  /** The answer to a request that `authorize` refused. */
  answer(refusal: Refusal): RefusalAnswer {
    return answerOf(refusal, this.#settings.issuer)
  }

  /** Stops following revocations. The guard is then of no more use. */
  async close(): Promise<void> {
    await this.#feed?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Null if there is something to wait for. */
  #recall(credential: string): CurrentUser | null {
    const token = this.#verified.get(credential)
    if (token === undefined || !this.#keys.isCurrent(token.kid)) return null
    if (this.#feed !== null && !this.#feed.isCurrent()) return null
    this.#requireValid(token)
    return token.user
  }

  async #authorizeNew(credential: string, requirement: Requirement): Promise<CurrentUser> {
    // Bad credentials are refused before anything is asked or waited for.
    const user = opaqueForm.test(credential)
      ? await this.#inspect(credential)
      : await this.#verify(credential)
    return await this.#judge(credential, user, requirement)
  }

  #judge(
    credential: string,
    user: CurrentUser,
    requirement: Requirement,
  ): CurrentUser | Promise<CurrentUser> {
    if (requirement.kind === 'permission' && user.permissions === null)
      return this.#authorizeTruncated(credential, user, requirement)
    check(requirement, user, nowSeconds())
    return user
  }

  async #verify(credential: string): Promise<CurrentUser> {
    const token = (await this.#recallWithKeys(credential)) ?? (await this.#verifyNew(credential))
    await this.#requireFeed()
    this.#requireValid(token)
    this.#verified.set(token)
    return token.user
  }

  /** Recalls a token if its key is still there. Waits only if the keys must be fetched. */
  async #recallWithKeys(credential: string): Promise<CheckedToken | null> {
    const token = this.#verified.get(credential)
    if (token === undefined || (await this.#keys.find(token.kid)) !== null) return token ?? null
    return this.#forget(token, new Refusal('invalid_token', { reason: 'its key was retired' }))
  }

  async #verifyNew(credential: string): Promise<CheckedToken> {
    const { issuer, audience } = this.#settings
    const findKey = (kid: string) => this.#keys.find(kid)
    const onMismatch = this.#onMismatch
    const verified = await verifyToken(credential, { issuer, audience, findKey, onMismatch })
    return { ...verified, credential, checkedVersion: -1 }
  }

  async #inspect(credential: string): Promise<CurrentUser> {
    if (this.#introspection === null)
      throw new Refusal('invalid_token', { reason: 'without an apiKey, only access tokens are accepted' })
    this.#feed?.start()
    const { user, expiresAtSeconds } = await this.#introspection.inspect(credential)
    if (nowSeconds() >= expiresAtSeconds) throw new Refusal('token_expired')
    return user
  }

  /** The token says that its permissions had no room. The server knows them. */
  async #authorizeTruncated(credential: string, user: CurrentUser, requirement: Requirement) {
    if (this.#introspection === null)
      throw new Refusal('unavailable', {
        reason: 'the permissions are not in the token, and there is no apiKey',
      })
    const { permissions } = (await this.#introspection.inspect(credential)).user
    const complete = { ...user, permissions }
    check(requirement, complete, nowSeconds())
    return complete
  }

  async #requireFeed(): Promise<void> {
    if (this.#feed === null) return
    await this.#feed.ready()
    if (!this.#feed.isCurrent())
      throw new Refusal('unavailable', { reason: 'revocations do not reach this service' })
  }

  #requireValid(token: CheckedToken): void {
    const now = nowSeconds()
    // "On or after" (RFC 7519 §4.1.4). No tolerance: no token outlives its `exp` (A72).
    if (now >= token.expiresAtSeconds) this.#forget(token, new Refusal('token_expired'))
    if (now < token.validFromSeconds - this.#settings.clockToleranceSeconds)
      throw new Refusal('invalid_token', { reason: 'issued in the future: compare the clocks' })
    if (this.#known.hasRevokedKey(token.kid, now)) this.#forget(token, revoked())
    if (token.checkedVersion === this.#known.version) return
    if (this.#concerns(token.user, token.issuedAtSeconds)) this.#forget(token, revoked())
    token.checkedVersion = this.#known.version
  }

  #concerns({ id: accountId, sessionId, roles }: CurrentUser, issuedAtSeconds: number): boolean {
    return this.#known.concern({ accountId, sessionId, roles, issuedAtSeconds }, nowSeconds())
  }

  #forget(token: CheckedToken, refusal: Refusal): never {
    this.#verified.delete(token)
    throw refusal
  }
}

function revoked(): Refusal {
  return new Refusal('invalid_token', { reason: 'revoked' })
}

function nowSeconds(): number {
  return Date.now() / 1000
}

function monotonicMs(): number {
  return performance.now()
}

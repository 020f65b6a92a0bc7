import type { KeyObject } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { digestSecret } from '../../../platform/crypto/digests.ts'
import { InvalidJws, signCompact, tokenLengthMax, verifyCompact } from '../../../platform/crypto/jws.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import { acrOf } from '../../../platform/kernel/principal.ts'
import { invalidToken, tokenExpired } from '../../../platform/kernel/problems.ts'
import { clockToleranceSeconds } from '../../../platform/kernel/time-bounds.ts'
import type { KeyAlgorithm } from '../keys/model.ts'
import {
  type AccessTokenClaims,
  accessTokenAlgorithm,
  accessTokenType,
  firstPartyClientId,
  InvalidClaims,
  type IssuedAccessToken,
  ownAudienceOf,
  ownAudiences,
  permissionClaims,
  readClaims,
  scopeClaim,
  showsRoles,
  type TokenSubject,
  type VerifiedAccessToken,
} from './model.ts'

/** The part of the keys service that tokens need. */
export interface TokenKeys {
  signingKey(algorithm: KeyAlgorithm): Promise<{ readonly kid: string; readonly privateKey: KeyObject }>
  /**
   * Null for a key that is unknown, retired or of another algorithm. Called for every token, so it must answer from
   * memory.
   */
  verificationKey(kid: string, algorithm: KeyAlgorithm): Promise<CryptoKey | null>
}

export interface TokensOptions {
  readonly keys: TokenKeys
  readonly clock: Clock
  /** Functions, because the default address is known only once the server listens. */
  readonly issuer: () => string
  readonly audience: () => string
  /** True for an account that can do nothing but confirm a contact. */
  readonly mustVerify?: (account: Account) => boolean
  readonly ttlSeconds: number
  readonly cacheEntriesMax?: number
}

interface CachedToken {
  readonly kid: string
  readonly token: VerifiedAccessToken
}

const cacheEntriesDefault = 10_000

export class TokensService {
  readonly #options: TokensOptions
  readonly #cacheEntriesMax: number
  /** Keyed by the token's SHA-256, so that memory holds no credentials. Holds verified tokens only. */
  readonly #verified = new Map<string, CachedToken>()

  constructor(options: TokensOptions) {
    this.#options = options
    this.#cacheEntriesMax = options.cacheEntriesMax ?? cacheEntriesDefault
  }

  /** What to give as `rolesReadAt`. Call it before the roles are read. */
  beforeRoles(): Date {
    return this.#options.clock.now()
  }

  /**
   * Waits until there is a key that signs. Call it before something is used up for a token: nothing after that may need
   * the database. @throws `unavailable`
   */
  async ready(): Promise<void> {
    await this.#options.keys.signingKey(accessTokenAlgorithm)
  }

  /** @param lifeSeconds another lifetime than the usual one, for a client of an old API, which cannot refresh */
  async issueAccessToken(
    {
      account,
      accountId,
      sessionId,
      roles,
      permissions,
      clientId,
      authentication,
      sessionEndsAt,
      rolesReadAt,
      delegation = null,
      isForServices = true,
      impersonator = null,
    }: TokenSubject,
    lifeSeconds = this.#options.ttlSeconds,
  ): Promise<IssuedAccessToken> {
    const { keys, issuer, audience, mustVerify = () => false } = this.#options
    const { kid, privateKey } = await keys.signingKey(accessTokenAlgorithm)
    const issuedAtSeconds = Math.floor(rolesReadAt.getTime() / 1000)
    // A service that verifies tokens offline does not know when the session ends.
    const endsAtSeconds = Math.floor(sessionEndsAt.getTime() / 1000)
    const expiresAtSeconds = Math.min(issuedAtSeconds + lifeSeconds, endsAtSeconds)
    const claims: AccessTokenClaims = {
      iss: issuer(),
      aud: ownAudienceOf({ impersonator, isForServices, mustVerify: mustVerify(account) }) ?? audience(),
      sub: accountId,
      client_id: clientId ?? firstPartyClientId,
      iat: issuedAtSeconds,
      exp: expiresAtSeconds,
      jti: newId(),
      sid: sessionId,
      // A service that checks roles must not let an application do what its owner may do there (I6).
      roles: showsRoles(delegation) ? roles : [],
      ...permissionClaims(permissions),
      ...(impersonator !== null && { act: { sub: impersonator.accountId } }),
      ...(clientId !== null && { scope: scopeClaim(delegation, permissions) }),
      auth_time: Math.floor(authentication.authenticatedAt.getTime() / 1000),
      amr: authentication.amr,
      acr: acrOf(authentication.amr),
    }
    const token = await signCompact({ kid, typ: accessTokenType }, { ...claims }, privateKey)
    return { token, expiresInSeconds: Math.max(0, expiresAtSeconds - Math.floor(this.#nowMs() / 1000)) }
  }

  /**
   * Verifies a token. It does not check whether the session still exists; `SessionsService` does. It passes other
   * errors on, such as an unavailable key store: they prove nothing against the token.
   * @throws `invalid_token`, `token_expired`, with the reason in `cause`
   */
  async verifyAccessToken(token: string): Promise<VerifiedAccessToken> {
    // Before hashing, so that a caller without a token cannot choose how much work it costs.
    if (token.length > tokenLengthMax) throw rejection(new InvalidJws('longer than any of ours'))
    const cacheKey = digestSecret(token)
    const verified = (await this.#recall(cacheKey)) ?? (await this.#verify(token, cacheKey))
    this.#requireCurrent(verified, cacheKey)
    return verified
  }

  /** Checks the key again: when a key is retired, perhaps because it leaked, its remembered tokens end too (A76). */
  async #recall(cacheKey: string): Promise<VerifiedAccessToken | null> {
    const cached = this.#verified.get(cacheKey)
    if (!cached) return null
    const key = await this.#options.keys.verificationKey(cached.kid, accessTokenAlgorithm)
    if (key !== null) return cached.token
    this.#verified.delete(cacheKey)
    return null
  }

  async #verify(token: string, cacheKey: string): Promise<VerifiedAccessToken> {
    const { keys, issuer, audience } = this.#options
    try {
      const { header, payload } = await verifyCompact(token, {
        typ: accessTokenType,
        findKey: (kid) => keys.verificationKey(kid, accessTokenAlgorithm),
      })
      // Who may call what is decided with the account as it is now, not by the audience.
      const expected = Object.values(ownAudiences).find((each) => each === payload['aud']) ?? audience()
      const verified = readClaims(payload, { issuer: issuer(), audience: expected })
      this.#remember(cacheKey, { kid: header.kid, token: verified })
      return verified
    } catch (error) {
      if (error instanceof InvalidJws || error instanceof InvalidClaims) throw rejection(error)
      throw error
    }
  }

  /** Evicts the oldest entry first (a Map keeps its order), so that the memory is bounded. */
  #remember(cacheKey: string, entry: CachedToken): void {
    const [oldest] = this.#verified.keys()
    if (oldest !== undefined && this.#verified.size >= this.#cacheEntriesMax) this.#verified.delete(oldest)
    this.#verified.set(cacheKey, entry)
  }

  /** Also checked at every use of a remembered token. */
  #requireCurrent({ expiresAtSeconds, validFromSeconds }: VerifiedAccessToken, cacheKey: string): void {
    const nowMs = this.#nowMs()
    // "On or after" (RFC 7519 §4.1.4).
    if (nowMs >= expiresAtSeconds * 1000) {
      this.#verified.delete(cacheKey)
      throw new Failure(tokenExpired)
    }
    // Another of our servers, or this one before its clock was set back, may have issued it. Expiry has no such
    // tolerance: no token outlives its `exp`.
    if (nowMs < (validFromSeconds - clockToleranceSeconds) * 1000) {
      throw rejection(new InvalidClaims('iat or nbf is in the future'))
    }
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime()
  }
}

function rejection(cause: Error): Failure {
  return new Failure(invalidToken, { cause })
}

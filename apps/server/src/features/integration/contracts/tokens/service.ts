import { isShared, signShared, verifyShared } from '../../../../platform/crypto/hs256.ts'
import { InvalidJws } from '../../../../platform/crypto/jws.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { isId, type SessionId } from '../../../../platform/kernel/ids.ts'
import type { Caller } from '../../../../platform/kernel/principal.ts'
import { invalidToken, tokenExpired } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { SignedIn } from '../../../authentication/sign-in/model.ts'
import type { SessionMode } from '../../../session-management/sessions/model.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'

export interface ContractTokensOptions {
  /** The audience of its tokens with a shared secret; null leaves it out. */
  readonly audience: string | null
  /** As long as the old tokens: old clients do not refresh. */
  readonly lifeSeconds: number
  /** The secret that old programs share; null for the usual access tokens. */
  readonly secret: string | null
  readonly sessions: Pick<SessionsService, 'principal'>
  /** For every other credential. */
  readonly authenticate: (credential: string, context: RequestContext) => Promise<Caller>
  readonly clock: Clock
}

/** How to sign in to get a token of a contract: part of what the login service takes. */
export interface ContractSignIn {
  readonly mode: SessionMode
  readonly lifeSecondsMax: number
}

/** The tokens of one contract: usual access tokens, or those that old programs check with a shared secret. */
export class ContractTokens {
  readonly #options: ContractTokensOptions

  constructor(options: ContractTokensOptions) {
    this.#options = options
  }

  /** For the login service. The session ends with the token, because nothing renews it. */
  get signIn(): ContractSignIn {
    const { lifeSeconds, secret } = this.#options
    return { mode: secret === null ? 'access_token' : 'contract_token', lifeSecondsMax: lifeSeconds }
  }

  /**
   * The token of someone who has signed in with `signIn`.
   * @param oldClaims what the old token said, for a token with a shared secret
   */
  issue({ accessToken, session }: SignedIn, oldClaims: Readonly<Record<string, unknown>>): string {
    const { audience, clock, secret } = this.#options
    if (secret === null) {
      if (accessToken === null) throw new Error('signed in without a token')
      return accessToken.token
    }
    return signShared(
      {
        ...oldClaims,
        ...(audience !== null && { aud: audience }),
        sid: session.id,
        iat: Math.floor(clock.now().getTime() / 1_000),
        exp: Math.floor(session.expiresAt.getTime() / 1_000),
      },
      secret,
    )
  }

  /**
   * The caller of a token of this contract, or of another credential of this server. The session is looked up each time,
   * so a revocation takes effect at once.
   * @throws `invalid_token`, `token_expired`, `unavailable`
   */
  async caller(credential: string, context: RequestContext): Promise<Caller> {
    const { authenticate, secret, sessions } = this.#options
    if (secret === null || !isShared(credential)) return await authenticate(credential, context)
    return await sessions.principal(this.#sessionOf(credential, secret))
  }

  #sessionOf(token: string, secret: string): SessionId {
    const { sid, aud, exp } = claimsOf(token, secret)
    if (typeof sid !== 'string' || !isId<SessionId>(sid)) throw rejection('sid is not an id')
    if (aud !== (this.#options.audience ?? undefined)) throw rejection('aud is another audience')
    if (!Number.isSafeInteger(exp)) throw rejection('exp is not a time')
    if (this.#options.clock.now().getTime() >= Number(exp) * 1_000) throw new Failure(tokenExpired)
    return sid
  }
}

function claimsOf(token: string, secret: string): Readonly<Record<string, unknown>> {
  try {
    return verifyShared(token, secret)
  } catch (error) {
    if (error instanceof InvalidJws) throw new Failure(invalidToken, { cause: error })
    throw error
  }
}

function rejection(reason: string): Failure {
  return new Failure(invalidToken, { cause: new Error(reason) })
}

import { BoundedMap } from '../bounded-map.ts'
import { type CurrentUser, isSeconds, readCurrentUser } from '../current-user.ts'
import type { OnMismatch } from '../mismatch-report.ts'
import { Refusal } from '../refusal.ts'
import type { Server } from '../server.ts'

/** A credential that the server has vouched for. */
export interface ActiveCredential {
  readonly user: CurrentUser
  readonly askedAtSeconds: number
  readonly expiresAtSeconds: number
}

export interface IntrospectionOptions {
  readonly server: Pick<Server, 'ask'>
  readonly apiKey: string
  readonly issuer: string
  readonly audience: string
  readonly cacheMs: number
  /** True if something may have happened after the server was asked that can change its answer. */
  readonly isRevoked: (active: ActiveCredential) => boolean
  /** Changes with each revocation. */
  readonly version: () => number
  /** Called if the credential works, and its issuer or audience is another one. */
  readonly onMismatch: OnMismatch
  /** Milliseconds that only move forward. */
  readonly now: () => number
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
}

interface Verdict {
  /** Null if the credential does not work. */
  readonly active: ActiveCredential | null
  /** The version of the revocations when the server was asked. */
  readonly version: number
  readonly untilMs: number
}

interface Asking {
  readonly verdict: Promise<Verdict>
  readonly untilMs: number
}

const rememberedMax = 10_000
/** Callers who send credentials that do not exist must not let the requests pile up. */
const askingMax = 200

/** Asks the server about credentials that say nothing by themselves (RFC 7662). */
export class Introspection {
  readonly #options: IntrospectionOptions
  readonly #remembered = new BoundedMap<Verdict>(rememberedMax)
  readonly #asking = new Map<string, Asking>()

  constructor(options: IntrospectionOptions) {
    this.#options = options
  }

  /** @throws Refusal `invalid_token`, `unavailable` */
  async inspect(credential: string): Promise<ActiveCredential> {
    const remembered = this.#remembered.get(credential)
    const { active } =
      remembered !== undefined && this.#isFresh(remembered) ? remembered : await this.#askNow(credential)
    if (active === null)
      throw new Refusal('invalid_token', { reason: 'the server says that it does not work' })
    return active
  }

  #isFresh({ active, untilMs }: Verdict): boolean {
    if (this.#options.now() >= untilMs) return false
    return active === null || !this.#options.isRevoked(active)
  }

  /** A revocation that arrived while the answer was on its way may have overtaken it (A77). */
  async #askNow(credential: string): Promise<Verdict> {
    const verdict = await this.#askOnce(credential)
    const { active, version } = verdict
    if (active === null || version === this.#options.version() || !this.#options.isRevoked(active))
      return verdict
    return await this.#askOnce(credential)
  }

  /** Requests that come together ask once, unless the answer could be older than one that is remembered. */
  async #askOnce(credential: string): Promise<Verdict> {
    const arrivedAtMs = this.#options.now()
    let asking = this.#asking.get(credential)
    while (asking !== undefined && asking.untilMs < arrivedAtMs) {
      await asking.verdict.catch(() => undefined)
      asking = this.#asking.get(credential)
    }
    return await (asking ?? this.#begin(credential)).verdict
  }

  #begin(credential: string): Asking {
    if (this.#asking.size >= askingMax) throw new Refusal('unavailable', { reason: 'too many at once' })
    const untilMs = this.#options.now() + this.#options.cacheMs
    const verdict = this.#ask(credential, untilMs).finally(() => this.#asking.delete(credential))
    const asking = { verdict, untilMs }
    this.#asking.set(credential, asking)
    return asking
  }

  async #ask(token: string, untilMs: number): Promise<Verdict> {
    const { server, apiKey, wallClock } = this.#options
    const version = this.#options.version()
    const askedAtSeconds = Math.floor(wallClock() / 1000)
    const { status, json } = await server.ask({
      path: '/oauth/introspect',
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: new URLSearchParams({ token }),
    })
    // That our own credential is refused says nothing about the caller's.
    if (status !== 200)
      throw new Refusal('unavailable', { reason: `the server refuses the apiKey with status ${status}` })
    const verdict = { active: this.#read(json, askedAtSeconds), version, untilMs }
    this.#remembered.set(token, verdict)
    return verdict
  }

  /** A service with an audience of its own must not accept what was issued for another one. */
  #isForUs({ iss, aud }: Readonly<Record<string, unknown>>): boolean {
    const { issuer, audience, onMismatch } = this.#options
    if (iss !== issuer) onMismatch('iss', iss)
    else if (aud !== audience) onMismatch('aud', aud)
    return iss === issuer && aud === audience
  }

  #read(json: unknown, askedAtSeconds: number): ActiveCredential | null {
    const claims = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
    if (claims['active'] !== true) return null
    if (claims['token_type'] !== 'Bearer' || !this.#isForUs(claims)) return null
    const user = readCurrentUser(claims)
    if (user === null)
      throw new Refusal('unavailable', { reason: 'the answer about a credential is incomplete' })
    const { exp } = claims
    return { user, askedAtSeconds, expiresAtSeconds: isSeconds(exp) ? exp : Number.POSITIVE_INFINITY }
  }
}

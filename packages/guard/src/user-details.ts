import { BoundedMap } from './bounded-map.ts'
import { Refusal } from './refusal.ts'
import type { Server } from './server.ts'

/** What the server says of the caller (`GET /v1/me`). The server can add fields. */
export interface UserDetails {
  readonly id: string
  readonly username: string | null
  readonly full_name: string | null
  readonly email: string | null
  readonly email_verified: boolean
  readonly phone_number: string | null
  readonly phone_number_verified: boolean
  readonly roles: readonly string[]
  readonly [field: string]: unknown
}

export interface UserDetailsOptions {
  readonly server: Pick<Server, 'ask'>
  /** Milliseconds that only move forward. */
  readonly now: () => number
}

const cacheMs = 30_000
const rememberedMax = 1_000

/** The details of callers, for half a minute. Whether a caller may do something is never decided by them. */
export class UserDetailsCache {
  readonly #options: UserDetailsOptions
  readonly #remembered = new BoundedMap<{ readonly details: Promise<UserDetails>; readonly untilMs: number }>(
    rememberedMax,
  )

  constructor(options: UserDetailsOptions) {
    this.#options = options
  }

  /** @throws Refusal `invalid_token`, `unavailable` */
  of(credential: string): Promise<UserDetails> {
    const remembered = this.#remembered.get(credential)
    if (remembered !== undefined && this.#options.now() < remembered.untilMs) return remembered.details
    const details = this.#ask(credential)
    this.#remembered.set(credential, { details, untilMs: this.#options.now() + cacheMs })
    // A failure is not remembered.
    details.catch(() => this.#remembered.delete(credential))
    return details
  }

  async #ask(credential: string): Promise<UserDetails> {
    // The caller's own credential: it reveals to a service only what its caller could see.
    const headers = { authorization: `Bearer ${credential}` }
    const { status, json } = await this.#options.server.ask({ path: '/v1/me', headers })
    if (status === 401) throw new Refusal('invalid_token', { reason: 'the server refuses it' })
    if (status !== 200) throw new Refusal('unavailable', { reason: `status ${status} at /v1/me` })
    return json as UserDetails
  }
}

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import type { OutgoingRequests } from '../../../platform/outgoing/outgoing.ts'

export interface OldBackendOptions {
  /** The address that checks passwords (`PROXIMA_VERIFY_PASSWORDS_WITH`). */
  readonly url: string
  readonly outgoing: Pick<OutgoingRequests, 'post'>
  readonly timeoutMs: number
  readonly clock: Clock
}

/** So many requests may be under way: the rest is refused, so that a slow backend does not fill the memory. */
const requestsMax = 32
/** After so many failures in a row, the backend is not asked for a while. */
const failuresMax = 3
const pauseMs = 10_000
/** How long the server relies on the backend's refusal of a password that no one has. */
const trustMs = 600_000

const wrongStatuses: ReadonlySet<number> = new Set([401, 403, 404])
const refusalStatuses: ReadonlySet<number> = new Set([400, 413, 422])

/** The backend works, but takes no such password. A stranger who sends such ones must not keep everyone out. */
class RequestRefused extends Error {}

/**
 * The system that an operator moves away from. It alone can check the passwords whose hashes could not be imported. It
 * is asked once for each account: then the server has a hash of its own.
 *
 * If it does not answer as agreed, no password is accepted, and none is called wrong. A backend that accepts every
 * password, such as the page of an application at a wrong address that answers 200 to everything, would admit anyone. So
 * it must first refuse a password that no one has.
 */
export class OldBackend {
  readonly #options: OldBackendOptions
  #underWay = 0
  #failures = 0
  #pausedUntilMs = 0
  #trustedUntilMs = 0

  constructor(options: OldBackendOptions) {
    this.#options = options
  }

  /** How long a check takes at most: two requests, each with a time limit. */
  get checkMaxMs(): number {
    return 2 * this.#options.timeoutMs
  }

  /** @throws `unavailable` while the backend is not asked, because it has failed */
  assertAsked(): void {
    if (this.#nowMs() < this.#pausedUntilMs) throw this.#unavailable()
  }

  /**
   * Asks whether this is the password.
   * @throws `unavailable` if the backend does not say
   */
  async check(identifier: string, password: string): Promise<boolean> {
    this.assertAsked()
    if (this.#underWay >= requestsMax) throw this.#unavailable()
    this.#underWay += 1
    try {
      if (this.#nowMs() >= this.#trustedUntilMs) await this.#test()
      const isRight = await this.#ask(identifier, password)
      this.#failures = 0
      return isRight
    } catch (error) {
      if (!(error instanceof RequestRefused)) this.#failures += 1
      if (this.#failures >= failuresMax) this.#pausedUntilMs = this.#nowMs() + pauseMs
      throw this.#unavailable(error)
    } finally {
      this.#underWay -= 1
    }
  }

  async #test(): Promise<void> {
    const [identifier, password] = [randomBytes(16).toString('hex'), randomBytes(32).toString('base64url')]
    if (await this.#ask(`${identifier}@example.invalid`, password))
      throw new Error(
        'the old backend accepts a password that no one has; check PROXIMA_VERIFY_PASSWORDS_WITH',
      )
    this.#trustedUntilMs = this.#nowMs() + trustMs
  }

  async #ask(identifier: string, password: string): Promise<boolean> {
    const { outgoing, timeoutMs, url } = this.#options
    const { status } = await outgoing.post(url, {
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ identifier, password }),
      signal: AbortSignal.timeout(timeoutMs),
      answerMaxBytes: 0,
    })
    if (status === 200) return true
    if (wrongStatuses.has(status)) return false
    const message = `the old backend answered ${status}, and not 200, 401, 403 or 404`
    throw refusalStatuses.has(status) ? new RequestRefused(message) : new Error(message)
  }

  #unavailable(cause?: unknown): Failure {
    const detail =
      'This password could not be checked now, because another system that must check it does not answer. Try again in a few seconds.'
    return new Failure(unavailable, { detail, retryAfterSeconds: pauseMs / 1_000, cause })
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime()
  }
}

import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'

/** A request that takes longer says that the server is not there. */
const timeoutMs = 5_000

export interface ServerRequest {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: URLSearchParams
  /** True if any status but 200 means that Proxima is not at this address. */
  readonly needsOk?: boolean
}

/** The Proxima server, for short requests. It tells the operator when the server goes away and comes back. */
export class Server {
  readonly #settings: Pick<Settings, 'serverUrl' | 'logger' | 'fetch'>
  #isAway = false

  constructor(settings: Pick<Settings, 'serverUrl' | 'logger' | 'fetch'>) {
    this.#settings = settings
  }

  /**
   * The JSON of an answer with status 200. Other statuses are for the caller to judge.
   * @throws Refusal `unavailable` if there is no answer, or one that says nothing about the question
   */
  async ask({ path, method = 'GET', headers = {}, body, needsOk = false }: ServerRequest): Promise<Answer> {
    const answer = await this.#fetch(path, {
      method,
      headers: { accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(timeoutMs),
      // The credential in a header must reach no other server. Some edge runtimes do not know `error`.
      redirect: 'manual',
      ...(body !== undefined && { body }),
    })
    if (answer.status >= 500 || answer.status === 429 || (needsOk && answer.status !== 200))
      throw this.#unavailable(path, `status ${answer.status}`)
    const json = answer.status === 200 ? await this.#jsonOf(answer, path) : null
    this.#report(path, null)
    return { status: answer.status, json }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#settings.fetch(`${this.#settings.serverUrl}${path}`, init)
    } catch (error) {
      throw this.#unavailable(path, reasonOf(error), error)
    }
  }

  async #jsonOf(answer: Response, path: string): Promise<unknown> {
    try {
      return await answer.json()
    } catch (error) {
      throw this.#unavailable(path, 'the answer is not JSON', error)
    }
  }

  #unavailable(path: string, reason: string, cause?: unknown): Refusal {
    this.#report(path, reason)
    return new Refusal('unavailable', { reason, cause })
  }

  // Once for each change: a server that is away for an hour must not fill the log.
  #report(path: string, reason: string | null): void {
    const isAway = reason !== null
    if (isAway === this.#isAway) return
    this.#isAway = isAway
    const address = `${this.#settings.serverUrl}${path}`
    this.#settings.logger.warn(
      isAway ? `Proxima does not answer at ${address}: ${reason}.` : `Proxima answers again at ${address}.`,
    )
  }
}

export interface Answer {
  readonly status: number
  /** Null if the status is not 200. */
  readonly json: unknown
}

/** The reason of a failed `fetch`, whose own message is the same for all. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

/** An account that a server has acknowledged. */
export interface Acknowledged {
  readonly id: string
  readonly username: string
  readonly userSecret: string | null
  readonly sessionIds: string[]
}

export interface Outcome {
  readonly acknowledged: readonly Acknowledged[]
  /** Answers by route and status; 0 is a connection that broke. */
  readonly answers: ReadonlyMap<string, number>
  /** Answers that a client should never see. */
  readonly wrong: readonly string[]
  /** The longest time between two successful answers, in milliseconds. */
  readonly longestGapMs: number
}

/** The members of answers that these scripts read. */
export interface Body {
  readonly id?: string
  readonly user_secret?: string | null
  readonly access_token?: string
  readonly code?: string
  readonly detail?: string
}

export interface Answer {
  /** 0 if the connection broke. */
  readonly status: number
  readonly body: Body
}

const callMaxMs = 30_000
const retryPauseMs = 100
const triesMax = 600
export const password = 'correct horse battery staple'

/** Makes a call from its own address, as through a load balancer. */
export async function call(
  url: string,
  body: object | null,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`
  try {
    const response = await fetch(url, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        'x-forwarded-for': address,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callMaxMs),
    })
    const text = await response.text()
    return { status: response.status, body: JSON.parse(text) as Body }
  } catch (error) {
    return { status: 0, body: { detail: String(error) } }
  }
}

export function sessionOf(token: string): string {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  return (JSON.parse(payload) as { sid: string }).sid
}

/**
 * Registers and signs in until it is stopped, at each node in turn. Like a good client, it sends a registration again,
 * with the same Idempotency-Key and to the next node, until it knows the outcome.
 */
export class Load {
  readonly #urls: readonly string[]
  readonly #acknowledged: Acknowledged[] = []
  readonly #answers = new Map<string, number>()
  readonly #wrong: string[] = []
  #lastMs = performance.now()
  #longestGapMs = 0
  #isStopping = false
  #turn = 0
  readonly #lanes: Promise<void>[]

  constructor(urls: readonly string[], laneCount: number) {
    this.#urls = urls
    this.#lanes = Array.from({ length: laneCount }, (_, lane) => this.#lane(lane))
  }

  get acknowledgedCount(): number {
    return this.#acknowledged.length
  }

  async stop(): Promise<Outcome> {
    this.#isStopping = true
    await Promise.all(this.#lanes)
    return {
      acknowledged: this.#acknowledged,
      answers: this.#answers,
      wrong: this.#wrong,
      longestGapMs: Math.round(this.#longestGapMs),
    }
  }

  // Every fourth account has a password, which costs a hash.
  async #lane(lane: number): Promise<void> {
    for (let count = 0; !this.#isStopping; count++) {
      const username = `l${lane}n${count}x${randomInt(1e9)}`
      const credential = lane % 4 === 0 ? { password } : {}
      const key = { 'idempotency-key': randomUUID() }
      const registered = await this.#callUntilAnswered('/v1/auth/register', { username, ...credential }, key)
      if (registered?.status !== 201) continue
      const { id = '', user_secret: userSecret = null } = registered.body
      const account: Acknowledged = { id, username, userSecret, sessionIds: [] }
      this.#acknowledged.push(account)
      const [path, body] =
        userSecret === null
          ? ['/v1/auth/login', { username, password }]
          : ['/v1/auth/token', { user_secret: userSecret }]
      const signedIn = await this.#callUntilAnswered(path, body)
      if (signedIn?.status !== 200) continue
      const token = String(signedIn.body.access_token)
      account.sessionIds.push(sessionOf(token))
      // Immediately, on another node: every node must know what one has acknowledged.
      await this.#callUntilAnswered('/v1/me', null, { authorization: `Bearer ${token}` })
    }
  }

  /** Repeats the call until the answer is not 503. @returns null if that never happens */
  async #callUntilAnswered(
    path: string,
    body: object | null,
    headers: Record<string, string> = {},
  ): Promise<Answer | null> {
    for (let tries = 0; tries < triesMax; tries++) {
      const answer = await call(this.#nextUrl() + path, body, headers)
      this.#count(path, answer)
      if (answer.status !== 0 && answer.status !== 503) return answer
      await setTimeout(retryPauseMs)
    }
    this.#wrong.push(`${path}: refused ${triesMax} times`)
    return null
  }

  #count(path: string, { status, body }: Answer): void {
    const kind = `${path} ${status}`
    this.#answers.set(kind, (this.#answers.get(kind) ?? 0) + 1)
    const isClean = status === 200 || status === 201 || (status === 503 && body.code !== undefined)
    if (!isClean) this.#wrong.push(`${kind} ${body.code ?? body.detail}`)
    if (status !== 200 && status !== 201) return
    const now = performance.now()
    this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#lastMs)
    this.#lastMs = now
  }

  #nextUrl(): string {
    this.#turn += 1
    return this.#urls[this.#turn % this.#urls.length] ?? ''
  }
}

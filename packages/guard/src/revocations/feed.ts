import { reasonOf } from '../server.ts'
import type { Settings } from '../settings.ts'
import { EventStreamReader, type StreamEvent } from './event-stream.ts'
import { Gate } from './gate.ts'
import { effectOf, hintOf } from './interruption.ts'
import type { KnownRevocations, Revocation } from './known-revocations.ts'
import { SilenceAlarm } from './silence-alarm.ts'

export interface FeedOptions
  extends Pick<Settings, 'serverUrl' | 'logger' | 'fetch' | 'failAfterMs' | 'failMode'> {
  readonly apiKey: string
  readonly known: KnownRevocations
  /** Milliseconds that only move forward. */
  readonly now: () => number
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
}

/** How long the first requests wait for the stream to begin. */
const firstWaitMs = 5_000
const retryFirstMs = 100
const retryMaxMs = 5_000
/** More than clocks differ by themselves. */
const setBackMs = 5_000

/** Follows what the server revokes. It begins with the first request, so that a build does not open a connection. */
export class RevocationFeed {
  readonly #options: FeedOptions
  readonly #closing = new AbortController()
  #following: Promise<void> | null = null
  /** Ends when the first connection is complete or has failed. */
  readonly #firstTry = new Gate()
  #heardAt: { readonly ms: number; readonly wallMs: number } | null = null
  #lastId: string | null = null
  /** The most by which the clock was ahead of the one that only moves forward. */
  #aheadMs = Number.NEGATIVE_INFINITY
  #isAway = false
  #hasReportedKind = false

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** True if every revocation is known here within the bound, or if tokens work without that (`failMode`). */
  isCurrent(): boolean {
    const { failMode, failAfterMs } = this.#options
    if (failMode === 'ttl') return this.#firstTry.isOpen
    return this.#heardAt !== null && this.#silenceMs(this.#heardAt) <= failAfterMs && this.#keepsTime()
  }

  /** Begins to follow, unless it has begun. */
  start(): void {
    this.#following ??= this.#follow()
  }

  /** Begins, and waits until everything from before is known, for a few seconds at most. */
  async ready(): Promise<void> {
    this.start()
    await this.#firstTry.opened
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#following
  }

  // A machine that slept has a clock that stood still: the greater of the two counts.
  #silenceMs({ ms, wallMs }: { readonly ms: number; readonly wallMs: number }): number {
    return Math.max(this.#options.now() - ms, this.#options.wallClock() - wallMs)
  }

  /**
   * False if the clock was set back. While it was ahead, revocations may have been taken for expired, and a token that
   * had expired works again (A72, A77).
   */
  #keepsTime(): boolean {
    const aheadMs = this.#options.wallClock() - this.#options.now()
    if (aheadMs < this.#aheadMs - setBackMs) return false
    if (aheadMs > this.#aheadMs) this.#aheadMs = aheadMs
    return true
  }

  async #follow(): Promise<void> {
    let retryMs = retryFirstMs
    this.#firstTry.openAfter(firstWaitMs, this.#closing.signal)
    while (!this.#closing.signal.aborted) {
      const heardBefore = this.#heardAt
      const reason = await this.#connect().then(() => null, reasonOf)
      const hasHeard = this.#heardAt !== heardBefore
      this.#firstTry.open()
      if (this.#closing.signal.aborted) return
      // The server ends each stream after a minute. That is no failure.
      if (hasHeard) retryMs = retryFirstMs
      else this.#report(reason ?? 'the stream ended before it was complete')
      await this.#wait(retryMs * (0.5 + Math.random() / 2))
      if (!hasHeard) retryMs = Math.min(retryMaxMs, retryMs * 2)
    }
  }

  /** One connection, from its beginning to its end. */
  async #connect(): Promise<void> {
    const silence = new SilenceAlarm(this.#closing.signal)
    if (!this.#keepsTime()) this.#forgetPosition()
    try {
      await this.#read(await this.#open(silence.signal), () => silence.restart())
    } finally {
      silence.stop()
    }
  }

  /** The next stream begins with everything that still concerns a token. */
  #forgetPosition(): void {
    this.#lastId = null
    this.#heardAt = null
    this.#aheadMs = Number.NEGATIVE_INFINITY
  }

  async #open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { serverUrl, apiKey, fetch } = this.#options
    const answer = await fetch(`${serverUrl}/v1/revocations`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${apiKey}`,
        ...(this.#lastId !== null && { 'last-event-id': this.#lastId }),
      },
      // The credential must reach no other server. Some edge runtimes do not know `error`.
      redirect: 'manual',
      signal,
    })
    if (answer.status === 200 && answer.body !== null) return answer.body
    await answer.body?.cancel()
    throw new Error(`status ${answer.status}${hintOf(answer.status)}`)
  }

  async #read(body: ReadableStream<Uint8Array>, onChunk: () => void): Promise<void> {
    const events = new EventStreamReader()
    let isComplete = false
    const reader = body.getReader()
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        onChunk()
        if (!this.#keepsTime()) throw new Error('the clock was set back')
        for (const event of events.read(value)) {
          this.#apply(event)
          if (event.type === 'ready') isComplete = true
          // What was revoked during a gap comes before `ready`. Until then, the stream says nothing about now.
          if (isComplete) this.#hear()
        }
      }
    } finally {
      await reader.cancel().catch(() => undefined)
    }
  }

  #apply({ type, id, data }: StreamEvent): void {
    const { known, wallClock, logger } = this.#options
    if (type === 'revocation') {
      const revocation = JSON.parse(data) as Revocation
      const isKnownKind = known.add(revocation, wallClock() / 1000)
      if (!isKnownKind && !this.#hasReportedKind) {
        this.#hasReportedKind = true
        logger.warn('Proxima revokes something that this guard does not know. Install a newer version.')
      }
    }
    // After the event, so that one that cannot be stored comes again.
    this.#lastId = id
  }

  #hear(): void {
    this.#heardAt = { ms: this.#options.now(), wallMs: this.#options.wallClock() }
    this.#firstTry.open()
    this.#report(null)
  }

  // Once for each change.
  #report(reason: string | null): void {
    const isAway = reason !== null
    if (isAway === this.#isAway) return
    this.#isAway = isAway
    const { logger, serverUrl } = this.#options
    logger.warn(
      isAway
        ? `Revocations from ${serverUrl} do not arrive: ${reason}. ${effectOf(this.#options, this.#heardAt !== null)}`
        : `Revocations from ${serverUrl} arrive again.`,
    )
  }

  /** Ends early when the feed closes. */
  #wait(milliseconds: number): Promise<void> {
    const { signal } = this.#closing
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = setTimeout(end, milliseconds)
      signal.addEventListener('abort', end, { once: true })
      function end() {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
    })
  }
}

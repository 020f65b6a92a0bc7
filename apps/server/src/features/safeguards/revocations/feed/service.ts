import { Failure } from '../../../../platform/kernel/failures.ts'
import { overloaded } from '../../../../platform/kernel/problems.ts'
import { type FeedEvent, type FeedReader, mayConcern, streamMaxMs, streamsMax } from './model.ts'
import { pagesOf, type RevocationTail, type RevocationTailOptions } from './tail.ts'

export interface RevocationFeedOptions extends Pick<RevocationTailOptions, 'db' | 'feed' | 'clock'> {
  readonly tail: RevocationTail
}

/** A client that is so far behind is disconnected. It continues where it stopped. */
const waitingMax = 10_000

/** Streams of revocations for services that verify access tokens without asking this server. */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions

  constructor(options: RevocationFeedOptions) {
    this.#options = options
  }

  /** @throws `overloaded` */
  assertRoom(): void {
    if (this.#options.tail.listeners >= streamsMax) throw new Failure(overloaded, { retryAfterSeconds: 5 })
  }

  /**
   * First everything after the batch that still concerns a token, then what is revoked from now on. It ends by itself
   * after `streamMaxMs`, and at once if the credential of the reader may have been revoked.
   * @param after the last batch that the client has; null for a client that has none
   */
  async *stream(reader: FeedReader, after: number | null): AsyncGenerator<FeedEvent> {
    const { tail } = this.#options
    const inbox = new Inbox()
    // Its place is free then, even if the client takes nothing that is still waiting for it (I13).
    const end = setTimeout(() => {
      tail.leave(inbox.put)
      inbox.put(null)
    }, streamMaxMs)
    try {
      const position = await tail.join(inbox.put)
      // A batch that has not been given yet: the client comes from before a backup was restored.
      const from = after === null || after > position ? 0 : after
      yield* pagesOf(this.#options, from, position)
      yield { kind: 'ready', completeTo: position, revocations: [] }
      for await (const event of inbox.events()) {
        yield event
        if (event.revocations.some((revocation) => mayConcern(revocation, reader))) return
      }
    } finally {
      clearTimeout(end)
      tail.leave(inbox.put)
    }
  }
}

/** What has arrived, until the client takes it. */
class Inbox {
  #waiting: FeedEvent[] = []
  #hasEnded = false
  #arrived = Promise.withResolvers<void>()

  /** Null ends it. */
  readonly put = (event: FeedEvent | null): void => {
    if (event === null || this.#waiting.length >= waitingMax) this.#hasEnded = true
    else this.#waiting.push(event)
    this.#arrived.resolve()
  }

  async *events(): AsyncGenerator<FeedEvent> {
    for (;;) {
      await this.#arrived.promise
      this.#arrived = Promise.withResolvers()
      const events = this.#waiting
      this.#waiting = []
      yield* events
      if (this.#hasEnded) return
    }
  }
}

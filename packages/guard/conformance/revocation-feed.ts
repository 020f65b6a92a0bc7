import type { ServerResponse } from 'node:http'
import type { FeedMode } from './case.ts'

/** A revocation as a stream writes it. */
export type RevocationData = Readonly<Record<string, unknown>>

interface Stream {
  readonly response: ServerResponse
  /** The last batch that was sent on it completely. */
  sentTo: number
  isReady: boolean
}

const heartbeatIntervalMs = 200
const unreadyMs = 200

/** The stream of `GET /v1/revocations`, as the server writes it. Each recording is a batch. */
export class RevocationFeed {
  readonly #batches: (readonly RevocationData[])[] = []
  readonly #streams = new Set<Stream>()
  readonly #heartbeat: NodeJS.Timeout
  #mode: FeedMode = 'up'
  /** The id of the last event that was sent, on the last stream that got any. */
  #lastSentId: string | null = null
  /** With which id the last stream began, and with which it should have begun. */
  #lastOpening: { readonly given: string | null; readonly expected: string | null } | null = null

  constructor() {
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatIntervalMs)
  }

  get hasResumed(): boolean {
    const { given, expected } = this.#lastOpening ?? {}
    return given !== null && given === expected
  }

  /** True if a stream is open whose `ready` has been sent. */
  get hasReader(): boolean {
    return [...this.#streams].some(({ isReady }) => isReady)
  }

  record(batch: readonly RevocationData[]): void {
    this.#batches.push(batch)
    if (this.#mode === 'up') for (const stream of this.#streams) this.#sendMissing(stream)
  }

  open(response: ServerResponse, lastEventId: string | undefined): void {
    if (this.#mode === 'refused') {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' }).end('{}')
      return
    }
    this.#lastOpening = { given: lastEventId ?? null, expected: this.#lastSentId }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
    response.flushHeaders()
    const stream = { response, sentTo: this.#start(lastEventId), isReady: false }
    this.#streams.add(stream)
    response.on('close', () => this.#streams.delete(stream))
    if (this.#mode === 'up') this.#begin(stream)
    if (this.#mode === 'unready') this.#endUnready(stream)
  }

  setMode(mode: FeedMode): void {
    this.#mode = mode
    if (mode === 'refused' || mode === 'unready') this.cut('end')
    // Streams that were silent get what they missed.
    if (mode === 'up') for (const stream of this.#streams) this.#begin(stream)
  }

  cut(how: 'end' | 'reset'): void {
    for (const { response } of this.#streams) {
      if (how === 'end') response.end()
      else response.destroy()
    }
    this.#streams.clear()
  }

  stop(): void {
    clearInterval(this.#heartbeat)
    this.cut('reset')
  }

  /** A client that is ahead comes from before a backup was restored. It begins again. */
  #start(lastEventId: string | undefined): number {
    const last = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : 0
    return last > this.#batches.length ? 0 : last
  }

  #begin(stream: Stream): void {
    this.#sendMissing(stream)
    if (stream.isReady) return
    stream.isReady = true
    this.#write(stream, 'ready', stream.sentTo, {})
  }

  #endUnready(stream: Stream): void {
    this.#sendMissing(stream)
    this.#write(stream, 'heartbeat', stream.sentTo, {})
    setTimeout(() => stream.response.end(), unreadyMs)
  }

  #sendMissing(stream: Stream): void {
    for (const batch of this.#batches.slice(stream.sentTo)) {
      stream.sentTo++
      // The id of the batch is only on its last event: a client that stops before it gets the batch again.
      for (const [index, data] of batch.entries())
        this.#write(
          stream,
          'revocation',
          index === batch.length - 1 ? stream.sentTo : stream.sentTo - 1,
          data,
        )
    }
  }

  #beat(): void {
    if (this.#mode !== 'up') return
    for (const stream of this.#streams) this.#write(stream, 'heartbeat', stream.sentTo, {})
  }

  // In two chunks, because a network may cut an event anywhere.
  #write({ response }: Stream, event: string, id: number, data: RevocationData): void {
    const text = `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    const half = Math.floor(text.length / 2)
    response.write(text.slice(0, half))
    response.write(text.slice(half))
    this.#lastSentId = String(id)
  }
}

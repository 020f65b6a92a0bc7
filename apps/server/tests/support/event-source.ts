/** What a revocation says; nothing for the other events. */
export interface RevocationData {
  readonly kind?: string
  readonly session_id?: string | null
  readonly account_id?: string | null
  readonly role?: string | null
  readonly kid?: string | null
}

/** An event of a stream. */
export interface StreamEvent {
  readonly id: string
  readonly event: string
  readonly data: RevocationData
}

/** Reads server-sent events as a service does. */
export class EventSource {
  readonly all: StreamEvent[] = []
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>
  readonly #closing = new AbortController()
  #arrived = Promise.withResolvers<void>()

  private constructor(body: ReadableStream<Uint8Array>) {
    this.ended = this.#read(body)
  }

  static async open(
    url: string,
    { token, lastEventId }: { token: string; lastEventId?: string | undefined },
  ): Promise<EventSource> {
    const headers = { authorization: `Bearer ${token}`, ...(lastEventId && { 'last-event-id': lastEventId }) }
    const { body, status } = await fetch(`${url}/v1/revocations`, { headers })
    if (status !== 200 || body === null) throw new Error(`the stream was refused with ${status}`)
    return new EventSource(body)
  }

  /** The first event of that name for which the condition holds, now or later. */
  async next(name: string, holds: (event: StreamEvent) => boolean = () => true): Promise<StreamEvent> {
    for (;;) {
      const arrived = this.#arrived.promise
      const found = this.all.find((event) => event.event === name && holds(event))
      if (found !== undefined) return found
      await arrived
    }
  }

  close(): void {
    this.#closing.abort()
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const stream = body.pipeThrough(new TextDecoderStream(), { signal: this.#closing.signal })
    let rest = ''
    try {
      for await (const text of stream) {
        const texts = (rest + text).split('\n\n')
        rest = texts.pop() ?? ''
        for (const each of texts) this.all.push(parse(each))
        this.#arrived.resolve()
        this.#arrived = Promise.withResolvers()
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error
    }
  }
}

function parse(text: string): StreamEvent {
  const fields = Object.fromEntries(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  )
  return { id: fields['id'] ?? '', event: fields['event'] ?? '', data: JSON.parse(fields['data'] ?? '{}') }
}

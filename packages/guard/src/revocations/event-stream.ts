export interface StreamEvent {
  readonly type: string
  /** The last id so far. Null before the first. */
  readonly id: string | null
  readonly data: string
}

/** One event of Proxima has some 300 characters. A stream without an end of line must not fill the memory. */
const lineLengthMax = 100_000

/** Reads server-sent events (WHATWG HTML §9.2.6) from the chunks of a response. */
export class EventStreamReader {
  readonly #decoder = new TextDecoder()
  #rest = ''
  #id: string | null = null
  #type = ''
  #data: string[] = []

  /** The events that are complete with this chunk. @throws RangeError if a line is too long */
  read(chunk: Uint8Array): StreamEvent[] {
    // A CR at the end may be the first half of a line end.
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true })
    const lines = text.split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > lineLengthMax) throw new RangeError('A line of the stream is too long.')
    return lines.flatMap((line) => this.#readLine(line))
  }

  #readLine(line: string): StreamEvent[] {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#type = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    return []
  }

  #dispatch(): StreamEvent[] {
    const event = { type: this.#type || 'message', id: this.#id, data: this.#data.join('\n') }
    const isEmpty = this.#data.length === 0
    this.#type = ''
    this.#data = []
    return isEmpty ? [] : [event]
  }
}

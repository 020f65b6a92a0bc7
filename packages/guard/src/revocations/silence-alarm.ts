/** A heartbeat comes every five seconds. A connection that is silent for this long is dead. */
const silenceMaxMs = 12_000

/** Ends a connection on which nothing comes, and one that is no longer wanted. */
export class SilenceAlarm {
  readonly #controller = new AbortController()
  readonly #closing: AbortSignal
  readonly #end = () => this.#controller.abort()
  #timer = this.#start()

  // Not AbortSignal.any: in older versions of Node, what it makes lives as long as the longest signal.
  constructor(closing: AbortSignal) {
    this.#closing = closing
    closing.addEventListener('abort', this.#end)
    if (closing.aborted) this.#end()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  restart(): void {
    clearTimeout(this.#timer)
    this.#timer = this.#start()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#closing.removeEventListener('abort', this.#end)
  }

  #start() {
    const reason = new Error(`nothing came for ${silenceMaxMs / 1000} seconds`)
    return setTimeout(() => this.#controller.abort(reason), silenceMaxMs)
  }
}

/** Something that happens once, and that others wait for. */
export class Gate {
  #isOpen = false
  #resolve: () => void = () => undefined
  readonly opened = new Promise<void>((resolve) => {
    this.#resolve = resolve
  })

  get isOpen(): boolean {
    return this.#isOpen
  }

  open(): void {
    this.#isOpen = true
    this.#resolve()
  }

  /** It opens anyway after this time, or when the signal aborts. */
  openAfter(milliseconds: number, signal: AbortSignal): void {
    const timer = setTimeout(() => this.open(), milliseconds)
    const end = () => {
      clearTimeout(timer)
      this.open()
    }
    signal.addEventListener('abort', end, { once: true })
  }
}

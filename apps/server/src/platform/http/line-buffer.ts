interface LineTarget {
  write(lines: string): unknown
}

/**
 * Writes the lines of one turn of the event loop together: a system call for each line costs more than most requests.
 * Call `flush` when the process exits, because no further turn follows.
 */
export class LineBuffer {
  readonly #stream: LineTarget
  #lines = ''

  constructor(stream: LineTarget) {
    this.#stream = stream
  }

  write(line: string): void {
    if (this.#lines === '') setImmediate(this.flush)
    this.#lines += line
  }

  readonly flush = (): void => {
    const lines = this.#lines
    this.#lines = ''
    if (lines !== '') this.#stream.write(lines)
  }
}

/**
 * Gives on the lines of one turn of the event loop together: a system call for each costs more than most requests
 * do. `flush` at the end of the process, which waits for no further turn.
 */
export class LineBuffer {
  readonly #stream: Pick<NodeJS.WritableStream, 'write'>
  #lines = ''

  constructor(stream: Pick<NodeJS.WritableStream, 'write'>) {
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

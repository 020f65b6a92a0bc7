import type { WriteStream } from 'node:tty'
import type { Progress } from '../../features/integration/imports/model.ts'

const width = 30
const intervalMs = 100
const verbs = { reading: 'Reading', comparing: 'Comparing', writing: 'Importing' } as const

/** Shows how far a command is, on one line of a terminal. Prints nothing to a file or a pipe. */
export class ProgressBar {
  readonly #stream: WriteStream
  #shownAt = 0
  #isShown = false

  constructor(stream: WriteStream) {
    this.#stream = stream
  }

  show(progress: Progress): void {
    const now = Date.now()
    if (!this.#stream.isTTY || now - this.#shownAt < intervalMs) return
    this.#shownAt = now
    this.#isShown = true
    this.#stream.write(`\r\u001b[K${progressLine(progress)}`)
  }

  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[K')
    this.#isShown = false
  }
}

export function progressLine({ done, phase, total }: Progress): string {
  const users = done.toLocaleString('en-US')
  if (total === null || total === 0) return `${verbs[phase]} ${users} users`
  const share = Math.min(1, done / total)
  const bar = '#'.repeat(Math.round(share * width)).padEnd(width, '.')
  return `${verbs[phase]} [${bar}] ${Math.floor(share * 100)}% ${users} of ${total.toLocaleString('en-US')} users`
}

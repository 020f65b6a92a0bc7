import { fstatSync, writeSync } from 'node:fs'

/** Writes whole lines. @returns how many of them are lost */
type Writer = (lines: string, lose: (lines: number) => void) => void

type OutputStream = Pick<NodeJS.WriteStream, 'on' | 'write' | 'destroyed' | 'writableLength'>

/** In UTF-16 units. More than a second of lines; a reader that is further behind does not catch up. */
const waitingMax = 262_144

/**
 * Where the log goes. The service must not depend on it: if the disk is full, or the program that reads the log is
 * gone or hangs, the server drops lines, counts them, and writes again as soon as it can.
 */
export class LogOutput {
  readonly #writer: Writer
  #lost = 0
  #reported = 0

  /** Called when lines can be written again, with the number of lines lost since the last call. */
  onRecovered: (lost: number) => void = () => undefined

  constructor(writer: Writer) {
    this.#writer = writer
  }

  /** The number of lines lost since the start. */
  get lost(): number {
    return this.#lost
  }

  write(lines: string): void {
    const before = this.#lost
    this.#writer(lines, (lost) => {
      this.#lost += lost
    })
    if (this.#lost > before || this.#lost === this.#reported) return
    const lost = this.#lost - this.#reported
    this.#reported = this.#lost
    this.onRecovered(lost)
  }
}

/** Standard output. It is a file, a device, a terminal or a pipe, and each fails in its own way. */
export function standardOutput(): LogOutput {
  const fd = 1
  const target = fstatSync(fd)
  const isStream = target.isFIFO() || target.isSocket() || process.stdout.isTTY
  return new LogOutput(isStream ? toStream(process.stdout) : toFile(fd))
}

/** Does not use `process.stdout`, which ends after the first error: a full disk would silence the log until a restart. */
export function toFile(fd: number): Writer {
  let isTorn = false
  return (lines, lose) => {
    const bytes = Buffer.from(isTorn ? `\n${lines}` : lines)
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written)
      isTorn = false
    } catch {
      // The disk had room for a part of a line. The next line must begin after it.
      isTorn ||= written > 0
      lose(countLines(bytes.subarray(written).toString()))
    }
  }
}

/** A pipe takes what its reader reads; the rest waits in memory, within a limit. */
export function toStream(stream: OutputStream): Writer {
  // Without a listener, an error ends the process.
  stream.on('error', () => undefined)
  return (lines, lose) => {
    const count = countLines(lines)
    if (stream.destroyed || stream.writableLength > waitingMax) lose(count)
    else
      stream.write(lines, (error) => {
        if (error) lose(count)
      })
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { fileName, variants } from '../model.ts'
import { frame, readFrames } from './frames.ts'
import type { Answer, DecoderLimits, Verdict } from './verdict.ts'

const program = fileURLToPath(new URL('./program.ts', import.meta.url))

/** More than any variant needs. A compromised decoder must not be able to fill the memory of the server. */
const answerMaxBytes = 4_194_304

/** SIGUSR1 would open a debugger. */
const nodeOptions = ['--max-old-space-size=64', '--disable-sigusr1']

/** The process ended, or was killed, before it answered. */
export class DecoderEnded extends Error {
  constructor(cause?: unknown) {
    super('The process that decodes images ended.', { cause })
    this.name = 'DecoderEnded'
  }
}

/** One process that runs program.ts. */
export class DecoderProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #frames: AsyncGenerator<Buffer, void>
  #isAlive = true

  constructor(limits: DecoderLimits) {
    // The environment is empty, because ours contains secrets. Output of libraries does not go to the log.
    this.#child = spawn(process.execPath, [...nodeOptions, program, JSON.stringify(limits)], {
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.#child.once('exit', () => this.#end())
    // Emitted if the process could not be started. A caller that waits for its answer sees the end of its output.
    this.#child.once('error', () => this.#end())
    this.#child.stdin.on('error', () => this.#end())
    this.#frames = readFrames(this.#child.stdout, answerMaxBytes)
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Decodes one image at a time. @throws DecoderEnded */
  async decode(image: Uint8Array): Promise<Verdict> {
    for (const part of frame(image)) this.#child.stdin.write(part)
    const { rejected } = JSON.parse((await this.#next()).toString()) as Answer
    if (rejected !== null) return { kind: 'rejected', reason: rejected }
    const files = []
    for (const variant of variants) files.push({ name: fileName(variant), content: await this.#next() })
    return { kind: 'files', files }
  }

  kill(): void {
    this.#isAlive = false
    this.#child.kill('SIGKILL')
  }

  async #next(): Promise<Buffer> {
    const next = await this.#frames.next().catch((error: unknown) => {
      throw new DecoderEnded(error)
    })
    if (next.done === true) throw new DecoderEnded()
    return next.value
  }

  #end(): void {
    this.#isAlive = false
  }
}

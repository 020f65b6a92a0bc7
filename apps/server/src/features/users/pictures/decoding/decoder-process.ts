import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { fileName, forms } from '../model.ts'
import { frame, readFrames } from './frames.ts'
import type { Answer, DecoderLimits, Verdict } from './verdict.ts'

const program = fileURLToPath(new URL('./program.ts', import.meta.url))

/** More than any file of ours has. A decoder that was taken over must not fill the server's memory either. */
const answerMaxBytes = 4_194_304

/** It died, or was killed, before it had answered. */
export class DecoderEnded extends Error {
  constructor(cause?: unknown) {
    super('the process that decodes images ended', { cause })
    this.name = 'DecoderEnded'
  }
}

/** One process of program.ts. */
export class DecoderProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #frames: AsyncGenerator<Buffer, void>
  #isAlive = true

  constructor(limits: DecoderLimits) {
    // Without our environment, where the secrets are. What libraries print belongs in no log.
    this.#child = spawn(process.execPath, ['--max-old-space-size=64', program, JSON.stringify(limits)], {
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.#child.once('exit', () => this.#end())
    // Where it could not even be started; whoever waits for its answer learns it by the end of its output.
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

  /** One at a time. @throws DecoderEnded */
  async decode(image: Uint8Array): Promise<Verdict> {
    for (const part of frame(image)) this.#child.stdin.write(part)
    const { refused } = JSON.parse((await this.#next()).toString()) as Answer
    if (refused !== null) return { kind: 'refused', reason: refused }
    const files = []
    for (const form of forms) files.push({ name: fileName(form), content: await this.#next() })
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

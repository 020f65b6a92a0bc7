import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SubjectSettings } from './case.ts'
import type { Issuer } from './issuer.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Sent {
  readonly path: string
  /** A list is sent as several headers. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
}

const startMs = 30_000
const stopMs = 5_000
/** A guard may hold a request while it waits for its issuer. */
const answerMs = 20_000

/** A running service with the guard under test. */
export class Subject {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #agent = new Agent({ keepAlive: true })
  readonly #chunks: Buffer[] = []
  #url = ''

  private constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void this.#chunks.push(chunk))
  }

  /** Starts the command, and waits until it prints its address. */
  static async start(
    command: readonly string[],
    issuer: Issuer,
    settings: SubjectSettings,
  ): Promise<Subject> {
    const [program, ...args] = command
    if (program === undefined) throw new TypeError('Name the command that starts the guard.')
    const env = { ...process.env, ...environmentOf(issuer, settings) }
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const subject = new Subject(child)
    const failed = once(child, 'exit').then(([code]) => `it ended with ${code}`)
    const late = sleep(startMs, 'it took too long', { ref: false })
    const outcome = await Promise.race([subject.#printedUrl(), failed, late])
    if (subject.#url === '') {
      await subject.stop()
      throw new Error(`The guard did not start: ${outcome}.\n${subject.output}`)
    }
    return subject
  }

  /** What it has printed. */
  get output(): string {
    return Buffer.concat(this.#chunks).toString()
  }

  async send({ path, headers }: Sent): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const request = httpRequest(this.#url + path, {
      agent: this.#agent,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : [...value],
        ]),
      ),
      signal: AbortSignal.timeout(answerMs),
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const { statusCode = 0, headers: given } = response
      text(response).then((body) => resolve({ status: statusCode, headers: given, text: body }), reject)
    })
    request.end()
    return await promise
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopMs)
    await ended
    clearTimeout(timer)
  }

  async #printedUrl(): Promise<string> {
    for (;;) {
      const [, found] = /listening on (http:\/\/\S+)/.exec(this.output) ?? []
      if (found !== undefined) {
        this.#url = found
        return found
      }
      await sleep(10)
      if (this.#child.exitCode !== null) return ''
    }
  }
}

function environmentOf(issuer: Issuer, settings: SubjectSettings): Record<string, string> {
  const {
    fail_mode: failMode = 'closed',
    fail_after_seconds: failAfter = 60,
    api_key: hasKey = true,
  } = settings
  return {
    ISSUER: issuer.url,
    AUDIENCE: issuer.audience,
    FAIL_MODE: failMode,
    FAIL_AFTER_SECONDS: String(failAfter),
    PORT: '0',
    ...(hasKey && { API_KEY: issuer.apiKey }),
  }
}

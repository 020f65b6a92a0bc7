import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { withCheapHashes } from './hashes.ts'
import { makeScratchFolder } from './scratch-folder.ts'
import { TestClient } from './test-client.ts'

export const sourceProgram = fileURLToPath(new URL('../../bin/proxima.js', import.meta.url))

/** The sources, so that no one tests an old bundle by accident, unless the variable names a bundle. */
export const program = process.env['PROXIMA_TEST_PROGRAM'] ?? sourceProgram

/** The only settings that reach the program. It does not get those of the shell that runs the tests. */
export type Settings = Readonly<Record<string, string>>

export interface Outcome {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly settings?: Settings
  /** The text on its standard input, which then ends. */
  readonly input?: string | Buffer
  /** Another Node than the one that runs the tests. */
  readonly node?: string
}

/** Less than the timeout of a test, so that its message is seen. */
const deadlineMs = 110_000

/** A process of the program, with its output. */
export class ProximaProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  readonly ended: Promise<Outcome>

  constructor(command: string, args: readonly string[], settings: Settings = {}) {
    const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), TERM: 'xterm', ...settings }
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    // A process that has ended reads nothing. A test that writes too late sees this in the outcome.
    this.#child.stdin.on('error', () => undefined)
    for (const name of ['stdout', 'stderr'] as const)
      this.#child[name].on('data', (chunk: Buffer) => this.#chunks[name].push(chunk))
    this.ended = once(this.#child, 'close').then(([exitCode, signal]) => {
      running.delete(this)
      return { exitCode, signal, stdout: this.stdout, stderr: this.stderr }
    })
    running.add(this)
  }

  get stdout(): string {
    return Buffer.concat(this.#chunks.stdout).toString()
  }

  get stderr(): string {
    return Buffer.concat(this.#chunks.stderr).toString()
  }

  /** The lines of its log that are JSON. */
  get log(): readonly Record<string, unknown>[] {
    const lines = this.stdout.split('\n').filter((line) => line.startsWith('{'))
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  type(text: string): void {
    this.#child.stdin.write(text)
  }

  endInput(text: string | Buffer = ''): void {
    this.#child.stdin.end(text)
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
    this.signal(name)
    return await this.ended
  }

  /** Waits until the program has printed a match. Fails if it ends first. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const give = () => pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
    return await waitFor(`the program to print ${pattern}`, async () => {
      const found = give()
      if (found !== null) return found
      const outcome = await Promise.race([this.ended, Promise.resolve(null)])
      // The last output may arrive together with the end of the process.
      if (outcome !== null && give() === null)
        throw new Error(
          `ended with ${outcome.exitCode} before it printed ${pattern}:\n${this.stdout}${this.stderr}`,
        )
      return null
    })
  }
}

const running = new Set<ProximaProcess>()

/** Ends the processes that a failed test has left running. For `afterEach`. */
export async function endLeftovers(): Promise<void> {
  await Promise.all([...running].map((leftover) => leftover.stop('SIGKILL')))
}

process.on('exit', () => {
  for (const leftover of running) leftover.signal('SIGKILL')
})

/** Runs a command of the program to its end. */
export async function proxima(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { settings = {}, input, node = process.execPath } = options
  const command = new ProximaProcess(node, [program, ...args], withCheapHashes(settings))
  command.endInput(input)
  return await command.ended
}

/** A server that listens. */
export interface ServerProcess {
  readonly process: ProximaProcess
  readonly url: string
  readonly client: TestClient
}

/** Starts the server, on a free port unless `settings` names one. Returns when it listens. */
export async function startProxima(
  settings: Settings,
  args: readonly string[] = [],
  programPath = program,
): Promise<ServerProcess> {
  const server = new ProximaProcess(
    process.execPath,
    [programPath, 'start', ...args],
    withCheapHashes({
      PROXIMA_PORT: '0',
      ...settings,
    }),
  )
  server.endInput()
  const [, url = ''] = await server.printed(/listening on (http:\/\/[^\s"]+)/)
  return { process: server, url, client: new TestClient(url) }
}

export async function untilReady({ client }: Pick<ServerProcess, 'client'>): Promise<void> {
  const ask = async () => ((await client.get('/readyz')).status === 200 ? true : null)
  await waitFor('the server to be ready', ask)
}

/** Runs the program at a terminal. Its output arrives on stdout, as a person would see it. */
export function atTerminal(args: readonly string[], settings: Settings): ProximaProcess {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`)
  const options = ['-qefc', `exec ${words.join(' ')}`, '/dev/null']
  return new ProximaProcess('script', options, withCheapHashes(settings))
}

/** True if there is `script` of util-linux, which makes pseudo-terminals. On other systems it takes other arguments. */
export const hasScript = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '')

export const hasCurl = spawnSync('curl', ['--version']).status === 0

/** Repeats `ask` until it returns a value other than null. */
export async function waitFor<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (performance.now() > deadline) throw new Error(`waited too long for ${what}`)
    await sleep(20)
  }
}

/** The path of a folder for one test, which does not exist yet, and a function that removes it. */
export async function freshFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const parent = await makeScratchFolder()
  return { path: join(parent, 'data'), remove: () => rm(parent, { recursive: true, force: true }) }
}

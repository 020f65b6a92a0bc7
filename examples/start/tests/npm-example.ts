import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from './caller.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** An example that a test runs as its reader does, with its data in a folder of the test. */
export class NpmExample {
  readonly #args: readonly string[]
  readonly #environment: Readonly<Record<string, string>>
  #child: ChildProcess | undefined

  /** @param script the name in `package.json` */
  constructor(script: string, folder: string, environment: Readonly<Record<string, string>> = {}) {
    this.#args = ['run', script, '--', '--data', folder, '--port', '0', '--accounts-port', '0']
    this.#environment = environment
  }

  /** Returns what it prints, as soon as that contains `last`, or it has ended. */
  async start(last: string): Promise<string> {
    // A group of its own, so that the test can press Ctrl-C: a terminal sends SIGINT to the whole group.
    const child = spawn('npm', this.#args, {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      env: { ...process.env, ...this.#environment },
    })
    this.#child = child
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
    await until(async () => printed.includes(last) || child.exitCode !== null)
    return printed
  }

  /** Returns the exit code. */
  async pressCtrlC(): Promise<number | null> {
    const child = this.#child
    if (child === undefined) return null
    if (child.exitCode === null) {
      const ended = once(child, 'exit')
      process.kill(-Number(child.pid), 'SIGINT')
      await ended
    }
    return child.exitCode
  }
}

/** The lines to paste, in what an example prints. */
export function commandsIn(printed: string): string {
  const lines = printed.split('\n').filter((line) => line.startsWith('    '))
  return lines.join('\n')
}

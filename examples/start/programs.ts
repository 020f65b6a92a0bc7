import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Program {
  readonly name: string
  /** The default is Node. */
  readonly command?: string | undefined
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Everything that it prints. The file is new at each start. */
  readonly logFile: string
  /** Answers with 200 when the program is ready. */
  readonly readyUrl: string
}

const startDeadlineMs = 60_000
const stopDeadlineMs = 15_000
const pollMs = 50

/** The programs that run beside each other, and end together. */
export class Programs {
  readonly #running: { readonly name: string; readonly child: ChildProcess }[] = []
  #isStopping = false
  readonly #unexpectedEnd = Promise.withResolvers<string>()

  /** Settles with the name of a program that ended by itself. */
  get unexpectedEnd(): Promise<string> {
    return this.#unexpectedEnd.promise
  }

  /** Returns when the program is ready. @throws Error with the end of its log, if it ends before */
  async start({ name, command, args, environment, logFile, readyUrl }: Program): Promise<void> {
    if (this.#isStopping) throw new Error('The programs are being stopped.')
    const log = openSync(logFile, 'w', 0o600)
    const child = spawn(command ?? process.execPath, args, {
      env: { ...ownEnvironment(), ...environment },
      stdio: ['ignore', log, log],
      // A group of its own: Ctrl-C goes to this program alone, which then stops the others in order.
      detached: true,
    })
    closeSync(log)
    this.#running.push({ name, child })
    child.once('exit', () => {
      if (!this.#isStopping) this.#unexpectedEnd.resolve(name)
    })
    await untilReady(child, readyUrl).catch((error: unknown) => {
      throw new Error(`${name} did not start. Its log, ${logFile}, ends with:\n${endOf(logFile)}`, {
        cause: error,
      })
    })
  }

  /** Stops them, the last one first: each has what it uses until its end. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const { child } of this.#running.reverse()) await stop(child)
  }

  /** For the end of this process: there is no time to stop them in order. */
  kill(): void {
    for (const { child } of this.#running) child.kill('SIGKILL')
  }
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + startDeadlineMs
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended')
    if (performance.now() > deadline) throw new Error('it took too long')
    await sleep(pollMs)
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).status === 200
  } catch {
    return false
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs)
  await ended
  clearTimeout(timer)
}

/** Settings for another Proxima, or for its tests, must not reach the one of the example. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(?:PROXIMA|OTEL)_/.test(name))
  return Object.fromEntries(entries)
}

function endOf(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-20).join('\n')
}

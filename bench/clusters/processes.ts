import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const isRoot = process.getuid?.() === 0
const waitMaxMs = 120_000

/** A server in its own process group, so that it can be killed together with everything that it has started. */
export interface Server {
  readonly logPath: string
  readonly child: ChildProcess
  stop(signal: NodeJS.Signals): Promise<void>
}

const running = new Set<Server>()

export interface StartOptions {
  readonly logPath: string
  readonly env?: Readonly<Record<string, string>>
}

export function startServer(command: string, args: readonly string[], options: StartOptions): Server {
  const log = openSync(options.logPath, 'a')
  const env = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), LC_ALL: 'C', ...options.env }
  const child = spawn(command, args, { env, stdio: ['ignore', log, log], detached: true })
  const ended = once(child, 'exit')
  const server = {
    logPath: options.logPath,
    child,
    stop: async (signal: NodeJS.Signals) => {
      running.delete(server)
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
      // A server that must stop by itself gets the signal alone. SIGKILL goes to the whole group.
      process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal)
      await ended
    },
  }
  running.add(server)
  return server
}

/** Database servers do not run as root. If the script does, they run as `user`. */
export function as(user: string, command: string, args: readonly string[]): [string, string[]] {
  if (!isRoot) return [command, [...args]]
  return ['setpriv', [`--reuid=${user}`, `--regid=${user}`, '--init-groups', command, ...args]]
}

export function run([command, args]: readonly [string, readonly string[]]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
}

/** A folder for data and logs that the user of the servers may enter. It is deleted at the end unless something failed. */
function makeFolder(user: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'proxima-cluster-'))
  chmodSync(folder, 0o755)
  if (isRoot) run(['chown', [user, folder]])
  return folder
}

/** Runs the scenario and leaves nothing running, however it ends. */
export async function withFolder(user: string, scenario: (folder: string) => Promise<void>): Promise<void> {
  const folder = makeFolder(user)
  const end = () => {
    for (const { child } of running) if (child.pid !== undefined) kill(child.pid)
  }
  process.once('exit', end)
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  try {
    await scenario(folder)
    await Promise.all([...running].map((server) => server.stop('SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    say(`FAILED; the logs are in ${folder}`)
    throw error
  } finally {
    end()
  }
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // The group has already ended.
  }
}

export async function waitFor(what: string, ask: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + waitMaxMs
  while (!(await ask().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`Waited too long for ${what}.`)
    await setTimeout(100)
  }
}

export function readLog({ logPath }: Server): readonly Record<string, unknown>[] {
  const lines = readFileSync(logPath, 'utf8').split('\n')
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function must(isTrue: boolean, text: string): void {
  say(`${isTrue ? 'ok    ' : 'WRONG '} ${text}`)
  if (!isTrue) process.exitCode = 1
}

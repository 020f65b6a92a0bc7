import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** From the start of the process to its first good answer. */
  readonly startMs: number
  stop(): Promise<void>
}

export interface ServerProgram {
  /** The command that starts it; Node if there is none. */
  readonly command?: string
  readonly args: readonly string[]
  /** Returns the environment of the program, except for PATH. Receives the port and the folder that the program must use. */
  readonly env: (address: { port: number; folder: string }) => Readonly<Record<string, string>>
  /** Answers 200 once the server is ready. */
  readonly readyPath: string
}

const startMaxMs = 30_000

/** Starts a server in its own process. Its output goes to a file, as under a supervisor. */
export async function startProcess({
  command = process.execPath,
  args,
  env,
  readyPath,
}: ServerProgram): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'proxima-bench-'))
  const logPath = join(folder, 'log')
  const log = await open(logPath, 'w')
  const port = await freePort()
  const startedAt = performance.now()
  const child = spawn(command, [...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env({ port, folder }) },
    stdio: ['ignore', log.fd, log.fd],
  })
  await log.close()
  const ended = once(child, 'exit')
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
    process.off('exit', kill)
    await rm(folder, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  try {
    await untilReady(url + readyPath, () => child.exitCode !== null)
    return { url, pid: child.pid ?? 0, startMs: performance.now() - startedAt, stop }
  } catch (error) {
    const output = await readFile(logPath, 'utf8')
    await stop()
    throw new Error(`${command} ${args.join(' ')} did not start:\n${output.slice(-2_000)}`, { cause: error })
  }
}

async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + startMaxMs
  while (performance.now() < deadline && !hasEnded()) {
    const isReady = await fetch(url).then(
      async (response) => (await response.text()) !== '' && response.ok,
      () => false,
    )
    if (isReady) return
    await sleep(5)
  }
  throw new Error(`${url} never answered 200`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

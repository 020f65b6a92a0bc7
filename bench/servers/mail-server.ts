import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './server-process.ts'

const program = fileURLToPath(new URL('mail-server-program.ts', import.meta.url))

export interface KilledMailServer {
  readonly url: string
  /** Kills the process in the middle of what it does, and starts another one on the same port later. */
  killAndRestart(downMs: number): Promise<void>
  /** The ids of the mails that were accepted, in order. */
  accepted(): Promise<string[]>
  stop(): Promise<void>
}

/** Starts a real mail server in its own process, on loopback. */
export async function startMailServer(): Promise<KilledMailServer> {
  const folder = await mkdtemp(join(tmpdir(), 'proxima-bench-mail-'))
  const mails = join(folder, 'mails')
  const port = await freePort()
  let child = await startProgram(mails, port)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return {
    url: `smtp://127.0.0.1:${port}`,
    killAndRestart: async (downMs) => {
      await kill()
      await sleep(downMs)
      child = await startProgram(mails, port)
    },
    accepted: async () => (await readFile(mails, 'utf8')).split('\n').slice(0, -1),
    stop: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startProgram(mails: string, port: number) {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'] ?? '', BENCH_MAILS: mails, BENCH_PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  for (let tries = 0; tries < 500; tries++) {
    if (await isListening(port)) return child
    await sleep(20)
  }
  child.kill('SIGKILL')
  throw new Error('the mail server did not start')
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('bare-hashing-program.ts', import.meta.url))

/** The same concurrency, and the same pool of threads, as the server uses. */
export const hashingConcurrency = availableParallelism()

export interface HashingTask {
  readonly seconds: number
  readonly concurrency: number
}

/** Counts argon2id hashes per second in a process that does nothing else, at the server's default cost. */
export async function bareHashesPerSecond(seconds: number): Promise<number> {
  const env = { PATH: process.env['PATH'] ?? '', UV_THREADPOOL_SIZE: String(hashingConcurrency + 4) }
  const child = fork(program, { env })
  const task: HashingTask = { seconds, concurrency: hashingConcurrency }
  child.send(task)
  const [perSecond] = (await once(child, 'message')) as [number]
  if (child.exitCode === null) await once(child, 'exit')
  return perSecond
}

import { once } from 'node:events'
import { hash } from '@node-rs/argon2'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import type { HashingTask } from './bare-hashing.ts'

const { passwordMemoryKib, passwordIterations, passwordParallelism } = loadConfig({})
const cost = {
  algorithm: 2 /* argon2id */,
  memoryCost: passwordMemoryKib,
  timeCost: passwordIterations,
  parallelism: passwordParallelism,
  outputLen: 32,
}

const [task] = (await once(process, 'message')) as [HashingTask]
const warmUpMs = 500
const from = performance.now() + warmUpMs
const until = from + task.seconds * 1_000
let hashed = 0

async function hashUntilDone(): Promise<void> {
  while (performance.now() < until) {
    await hash('correct horse battery staple', cost)
    const now = performance.now()
    if (now >= from && now < until) hashed += 1
  }
}

await Promise.all(Array.from({ length: task.concurrency }, hashUntilDone))
process.send?.(hashed / task.seconds)
process.disconnect()

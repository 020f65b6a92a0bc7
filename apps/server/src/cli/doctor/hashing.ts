import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { PasswordHasher } from '../../platform/crypto/password-hasher.ts'
import { FairQueue } from '../../platform/kernel/fair-queue.ts'

type Settings = Pick<Config, 'passwordMemoryKib' | 'passwordIterations' | 'passwordParallelism'>

export async function checkHashing(settings: Settings): Promise<readonly Finding[]> {
  return judgeHashing(settings, await measureHashMs(settings))
}

const tooFastMs = 20
const tooSlowMs = 1_000

export function judgeHashing({ passwordMemoryKib }: Settings, hashMs: number): readonly Finding[] {
  const perHash = `Hashing one password takes ${Math.round(hashMs)} ms on this machine`
  if (hashMs < tooFastMs)
    return [
      {
        severity: 'note',
        code: 'hash_cheap',
        summary: `${perHash}. A higher cost is affordable here and slows attackers down.`,
        advice: `Raise PROXIMA_PASSWORD_MEMORY_KIB (now ${passwordMemoryKib}) until it takes about 50 ms.`,
      },
    ]
  if (hashMs > tooSlowMs)
    return [
      {
        severity: 'warning',
        code: 'hash_slow',
        summary: `${perHash}, so few people can sign in at once.`,
        advice:
          'Lower PROXIMA_PASSWORD_MEMORY_KIB or PROXIMA_PASSWORD_ITERATIONS if they are above the minimum, or use a ' +
          'faster machine.',
      },
    ]
  return []
}

const samples = 3

// Takes the minimum of a few, because other load on the machine only adds to the time.
async function measureHashMs(settings: Settings): Promise<number> {
  const cost = {
    memoryKib: settings.passwordMemoryKib,
    iterations: settings.passwordIterations,
    parallelism: settings.passwordParallelism,
  }
  const queue = new FairQueue({ concurrency: 1, depth: 1, deadlineMs: 60_000 })
  const hasher = new PasswordHasher({ cost, queue })
  await hasher.warmUp()
  const times: number[] = []
  for (let sample = 0; sample < samples; sample++) {
    const start = performance.now()
    await hasher.warmUp()
    times.push(performance.now() - start)
  }
  return Math.min(...times)
}

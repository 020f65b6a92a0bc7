import type { Redis } from 'ioredis'
import type { Limiter, LimitPolicy, LimitState } from '../../../../platform/kernel/limiter.ts'
import { MemoryCounters } from './memory-counters.ts'

/**
 * Counts the requests of each client by route: in memory, or in Redis for all servers together. If Redis is down, it
 * counts in memory, because a limit that fails open is no limit (I11).
 */
export class ClientLimiter implements Limiter {
  readonly #shared: Promise<Limiter> | null
  readonly #memory = new MemoryCounters()

  constructor(redis: Redis | null) {
    this.#shared = redis === null ? null : countersIn(redis)
  }

  async take(policy: LimitPolicy, client: string): Promise<LimitState> {
    if (this.#shared === null) return this.#memory.take(policy, client)
    const shared = await this.#shared
    return await shared.take(policy, client).catch(() => this.#memory.take(policy, client))
  }

  async refund(policy: LimitPolicy, client: string): Promise<void> {
    if (this.#shared === null) return this.#memory.refund(policy, client)
    const shared = await this.#shared
    // Without Redis, the use stays counted there. That is the safe side.
    await shared.refund(policy, client).catch(() => this.#memory.refund(policy, client))
  }
}

async function countersIn(redis: Redis): Promise<Limiter> {
  const { RedisCounters } = await import('./redis-counters.ts')
  return new RedisCounters(redis)
}

/** Limits nothing. For benchmarks and tests: a production server refuses to start with it. */
export const noLimiter: Limiter = {
  take: async ({ quota, windowSeconds }) => ({
    isExceeded: false,
    remaining: quota,
    resetSeconds: windowSeconds,
  }),
  refund: async () => undefined,
}

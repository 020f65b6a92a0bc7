import type { Redis } from 'ioredis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limiter, LimitPolicy, LimitState } from '../../../../platform/kernel/limiter.ts'
import { MemoryCounters } from './memory-counters.ts'

/**
 * Counts the requests of each client by route: in memory, or in Redis for all servers together. If Redis is down, it
 * counts in memory, because a limit that fails open is no limit (I11).
 */
export class ClientLimiter implements Limiter {
  readonly #redis: Redis | null
  readonly #shared = new Map<string, RateLimiterRedis>()
  readonly #memory = new MemoryCounters()

  constructor(redis: Redis | null) {
    this.#redis = redis
  }

  async take(policy: LimitPolicy, client: string): Promise<LimitState> {
    const shared = this.#sharedCounter(policy)
    if (shared === null) return this.#memory.take(policy, client)
    try {
      return state(await shared.consume(client), false)
    } catch (error) {
      return error instanceof RateLimiterRes ? state(error, true) : this.#memory.take(policy, client)
    }
  }

  async refund(policy: LimitPolicy, client: string): Promise<void> {
    const shared = this.#sharedCounter(policy)
    if (shared === null) return this.#memory.refund(policy, client)
    // Without Redis, the use stays counted there. That is the safe side.
    await shared.reward(client).catch(() => this.#memory.refund(policy, client))
  }

  #sharedCounter(policy: LimitPolicy): RateLimiterRedis | null {
    if (this.#redis === null) return null
    const known = this.#shared.get(policy.name)
    if (known !== undefined) return known
    const counter = new RateLimiterRedis({
      keyPrefix: `proxima:${policy.name}`,
      points: policy.quota,
      duration: policy.windowSeconds,
      storeClient: this.#redis,
      rejectIfRedisNotReady: true,
    })
    this.#shared.set(policy.name, counter)
    return counter
  }
}

function state({ remainingPoints, msBeforeNext }: RateLimiterRes, isExceeded: boolean): LimitState {
  return {
    isExceeded,
    remaining: Math.max(0, remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
  }
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

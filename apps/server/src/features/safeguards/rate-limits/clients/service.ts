import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { Limiter, LimitPolicy, LimitState } from '../../../../platform/kernel/limiter.ts'
import { unavailable } from '../../../../platform/kernel/problems.ts'

type Counter = RateLimiterMemory | RateLimiterRedis

/**
 * Counts the requests of each client by route: in memory, or in Redis for all servers together. If Redis is down, it
 * counts in memory, because a limit that fails open is no limit (I11).
 */
export class ClientLimiter implements Limiter {
  readonly #redis: Redis | null
  readonly #counters = new Map<string, Counter>()

  constructor(redis: Redis | null) {
    this.#redis = redis
  }

  async take(policy: LimitPolicy, client: string): Promise<LimitState> {
    try {
      return state(await this.#counter(policy).consume(client), false)
    } catch (error) {
      if (error instanceof RateLimiterRes) return state(error, true)
      throw new Failure(unavailable, { retryAfterSeconds: 1, cause: error })
    }
  }

  #counter(policy: LimitPolicy): Counter {
    const known = this.#counters.get(policy.name)
    if (known !== undefined) return known
    const options = {
      keyPrefix: `proxima:${policy.name}`,
      points: policy.quota,
      duration: policy.windowSeconds,
    }
    const memory = new RateLimiterMemory(options)
    const counter =
      this.#redis === null
        ? memory
        : new RateLimiterRedis({
            ...options,
            storeClient: this.#redis,
            insuranceLimiter: memory,
            rejectIfRedisNotReady: true,
          })
    this.#counters.set(policy.name, counter)
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
}

import type { Redis } from 'ioredis'
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limiter, LimitPolicy, LimitState } from '../../../../platform/kernel/limiter.ts'

/** Counts in Redis, for all servers together. It fails if Redis does not answer. Loaded only if there is a Redis. */
export class RedisCounters implements Limiter {
  readonly #redis: Redis
  readonly #counters = new Map<string, RateLimiterRedis>()

  constructor(redis: Redis) {
    this.#redis = redis
  }

  async take(policy: LimitPolicy, client: string): Promise<LimitState> {
    try {
      return state(await this.#counterOf(policy).consume(client), false)
    } catch (error) {
      if (error instanceof RateLimiterRes) return state(error, true)
      throw error
    }
  }

  async refund(policy: LimitPolicy, client: string): Promise<void> {
    await this.#counterOf(policy).reward(client)
  }

  #counterOf(policy: LimitPolicy): RateLimiterRedis {
    const known = this.#counters.get(policy.name)
    if (known !== undefined) return known
    const counter = new RateLimiterRedis({
      keyPrefix: `proxima:${policy.name}`,
      points: policy.quota,
      duration: policy.windowSeconds,
      storeClient: this.#redis,
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

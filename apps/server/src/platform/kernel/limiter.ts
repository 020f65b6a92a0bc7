import { Failure } from './failures.ts'
import { rateLimited } from './problems.ts'

/** How often one client may do something. */
export interface LimitPolicy {
  /** Shown in the `RateLimit` fields. */
  readonly name: string
  readonly quota: number
  readonly windowSeconds: number
  /**
   * True if a request that succeeds does not count for its client, so that many people can share an address. It still
   * counts for the network, of whose quota one client gets at most half.
   */
  readonly refundsSuccess?: boolean
}

export interface LimitState {
  readonly isExceeded: boolean
  readonly remaining: number
  /** Until the whole quota is available again. */
  readonly resetSeconds: number
}

/** Counts what each client does. The type is in the kernel because HTTP calls it and a feature implements it. */
export interface Limiter {
  take(policy: LimitPolicy, client: string): Promise<LimitState>
  /** Takes one use back. */
  refund(policy: LimitPolicy, client: string): Promise<void>
}

/** Counts one more use. @throws `rate_limited` if it exceeds the quota */
export async function takeOrThrow(
  limiter: Pick<Limiter, 'take'>,
  policy: LimitPolicy,
  client: string,
): Promise<void> {
  assertWithin(await limiter.take(policy, client), policy.name)
}

/** @param limit the name of the limit */
export function assertWithin({ isExceeded, resetSeconds }: LimitState, limit: string): void {
  if (isExceeded) throw new Failure(rateLimited, { retryAfterSeconds: resetSeconds, refusedBy: limit })
}

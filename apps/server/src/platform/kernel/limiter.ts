/** How often one client may do a thing. */
export interface LimitPolicy {
  /** Shown in the `RateLimit` fields. */
  readonly name: string
  readonly quota: number
  readonly windowSeconds: number
}

export interface LimitState {
  readonly isExceeded: boolean
  readonly remaining: number
  /** Until the quota is whole again. */
  readonly resetSeconds: number
}

/** Counts what a client does; the type is here since HTTP asks and a feature answers. */
export interface Limiter {
  take(policy: LimitPolicy, client: string): Promise<LimitState>
}

/** A fault that changes nothing that a test could see, and why. */
export interface Equivalent {
  readonly file: string
  readonly original: string
  readonly replacement: string
  readonly because: string
}

/** Reviewed by hand. They do not count. */
export const equivalents: readonly Equivalent[] = [
  {
    file: 'rate-limits/guesses/budgets.ts',
    original: 'refunded === 0',
    replacement: 'false',
    because: 'one query more; without failures to take away, the tally stays as it is',
  },
  {
    file: 'authenticators/passwords/service.ts',
    original: 'await Promise.all([this.#options.hasher.warmUp(), warmUpBlocklist()])',
    replacement: 'undefined',
    because: 'the first request waits longer, and nothing else differs',
  },
  {
    file: 'session-management/keys/service.ts',
    original: 'known?.kid === pair.kid',
    replacement: 'false',
    because: 'the key is opened for each token, which costs time, and nothing else differs',
  },
]

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
  {
    file: 'authenticators/passkeys/assertions.ts',
    original: "ceremony?.challenge ?? ''",
    replacement: 'ceremony?.challenge',
    because: 'without a ceremony, the answer is refused whatever it says; it is only verified for its time',
  },
  {
    file: 'authenticators/passkeys/decoys.ts',
    original: "shapes[(bytes('shape')[0] ?? 0) % shapes.length] ?? shapes[0]",
    replacement: "shapes[(bytes('shape')[0] ?? 0) % shapes.length]",
    because: 'the index is always one of the list, which only the type does not say',
  },
  {
    file: 'rate-limits/guesses/budgets.ts',
    original: 'failures < policy.freeGuesses',
    replacement: 'false',
    because: 'a wait is never longer than the failures ask for, so it ends all the same, with one more write',
  },
  {
    file: 'proof-of-work/answer.ts',
    original: 'body ?? {}',
    replacement: 'body',
    because: 'the body was checked before, and each of these calls needs one',
  },
]

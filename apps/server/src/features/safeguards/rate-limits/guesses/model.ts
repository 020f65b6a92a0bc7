/** How many failed tries in a row cost nothing but the try. */
export const freeGuesses = 10

const firstWaitSeconds = 30
const waitMaxSeconds = 3_600

/**
 * How long the next try must wait after so many failures in a row: nothing at first, then 30 s, doubling up to an
 * hour (NIST SP 800-63B-4 §3.2.2). Never for ever: a lock would let anybody lock out the owner (ASVS 6.1.1).
 */
export function waitSeconds(failures: number): number {
  if (failures < freeGuesses) return 0
  return Math.min(firstWaitSeconds * 2 ** (failures - freeGuesses), waitMaxSeconds)
}

/** Failures in a row are forgotten when nothing has been tried for so long, and so are clients. */
export const tallyDays = 30
export const knownClientDays = 180

/** The failures of one budget in a row, and when it is open again. */
export interface Tally {
  readonly failures: number
  readonly opensAt: Date
}

/** What can be guessed. */
export const authenticators = ['password'] as const
export type Authenticator = (typeof authenticators)[number]

/** What is being guessed: by the account, or by what was typed where there is none. */
export interface GuessTarget {
  readonly authenticator: Authenticator
  /** Tells the account, or the identifier that is nobody's; in parts, so that no text can pass for another's. */
  readonly subject: readonly string[]
  readonly client: string
}

/** The tables of guesses. A part of `tables.ts`. */

export interface GuessBudgetsTable {
  /** SHA-256 of what is guessed and, for a known client, of that client; or of what a stranger typed. Unique. */
  budget: string
  failures: number
  opens_at: number
  /** How many guesses came before `opens_at`. */
  refusals: number
  /** How many guesses were also counted for what a stranger typed. */
  typed: number
}

/** Clients that have sent the right password before. */
export interface KnownClientsTable {
  /** SHA-256 of account and client. Unique. */
  client: string
  seen_at: number
}

import type { BodyPace } from './body-pace.ts'

/** How long a client may hold a connection open (ASVS 13.1.3), in milliseconds. */
export interface Timeouts {
  /** For the headers of a request. */
  readonly headers: number
  /** How long no byte may arrive or leave: during a request, and between requests. */
  readonly silence: number
  readonly keepAlive: number
  /** How often they are checked. The default of Node is every 30 seconds. */
  readonly check: number
  readonly body: BodyPace
  /** How long the server waits for the rest of a body that no one needs. */
  readonly rest: number
  /** How long a client that was too slow may take to read that answer. */
  readonly linger: number
}

// Bytes that have arrived but wait until a busy server reads them also count as late, so the first timeout is not
// shorter. A phone on a slow network sends about 20 kB in a second.
export const defaultTimeouts: Timeouts = {
  headers: 20_000,
  silence: 60_000,
  keepAlive: 72_000,
  check: 2_000,
  body: { graceMs: 30_000, bytesPerSecondMin: 16_000, standstillMs: 15_000 },
  rest: 120_000,
  linger: 2_000,
}

import { daySeconds } from '../../../platform/kernel/durations.ts'
import type { Holder } from '../../../platform/kernel/places.ts'

/** A request that may be sent again. */
export interface Retry {
  readonly key: string
  readonly client: string
  readonly request: object
  /** The caller on whose share a stored answer counts. */
  readonly holder: Holder
}

/** How long an answer is kept for a retry. */
export const retrySeconds = daySeconds

/**
 * How many answers one account, one client and one network may have stored in a day. Without a limit, an account that
 * cost nothing could fill the database with answers to the same call (I13).
 */
export const answersPerDay = { account: 50, client: 10_000, network: 20_000 }

/** The sealed content. The digest of the request is sealed too: the request may contain a password. */
export interface StoredAnswer {
  readonly request: string
  readonly answer: string
}

const randomUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** True for a random UUID (RFC 9562, versions 4 and 7). Length is not enough: a long key could be a name and a date. */
export function isUnguessable(key: string): boolean {
  return randomUuid.test(key)
}

import { daySeconds } from '../../../platform/kernel/durations.ts'
import type { Holder } from '../../../platform/kernel/places.ts'

/** A request that may be sent again. */
export interface Retry {
  readonly key: string
  readonly client: string
  readonly request: object
  /** The caller whose share a stored answer uses. */
  readonly holder: Holder
  /** True if the answer gives its reader a way to sign in. */
  readonly holdsSecret: boolean
}

/** How long an answer is kept for a retry. */
export const retrySeconds = daySeconds

/**
 * How many answers one account, one client and one network may have stored in a day. Without a limit, an account that
 * cost nothing could fill the database with answers to the same call (I13). The share of an account is enough for an
 * administrator's program that sends a key with each user that it creates.
 */
export const answersPerDay = { account: 1_000, client: 10_000, network: 20_000 }

/** The sealed content. The digest of the request is sealed too: the request may contain a password. */
export interface StoredAnswer {
  readonly request: string
  readonly answer: string
}

/** 128 bits in a form in which no one writes a name, a date or a counter. Length alone is not enough. */
const randomForms = [
  // A random UUID (RFC 9562, versions 4 and 7).
  /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i,
  /^[0-9a-f]{32,}$/i,
  // A ULID.
  /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i,
]
/** Fewer than one random text in a million, in any of these forms, has fewer different characters. */
const differentCharactersMin = 8

/** True if no one can guess the key, or use it by chance. */
export function isUnguessable(key: string): boolean {
  const isVaried = new Set(key.toLowerCase().replaceAll('-', '')).size >= differentCharactersMin
  return isVaried && randomForms.some((form) => form.test(key))
}

import { hourMs } from '../../../platform/kernel/durations.ts'
import type { Problem } from '../../../platform/kernel/failures.ts'
import { tokenSecondsMax } from '../../../platform/kernel/lifetimes.ts'
import { isAhead } from '../../../platform/kernel/time-bounds.ts'

/** The algorithms that keys are made for. A key serves one algorithm and no other (RFC 8725 §3.1). */
export const keyAlgorithms = ['ES256'] as const
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

/** The public part of a key pair (RFC 7517, RFC 7518 §6.2), as other services read it. */
export interface PublicJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly kid: string
  readonly alg: KeyAlgorithm
  readonly use: 'sig'
}

/** A key is published from `createdAt`, signs from `activatesAt` until a newer key does, and ends at `retiresAt`. */
export interface KeyLife {
  readonly kid: string
  readonly algorithm: KeyAlgorithm
  readonly createdAt: Date
  readonly activatesAt: Date
  /** Null while in use. */
  readonly retiresAt: Date | null
}

/** `next` is published and does not sign yet. `former` no longer signs, but its tokens are accepted. */
export type KeyState = 'next' | 'signing' | 'former' | 'retired'

/**
 * How long an HTTP cache may use a copy of the published keys (RFC 9111 §5.2.2.1). Short, because a verifier that looks
 * for an unknown key gets that copy, whatever its own settings are.
 */
export const keySetMaxAgeSeconds = 60

/**
 * The longest pause between two look-ups of an unknown key, among the verifiers in docs/guides/verify-tokens.md with the
 * settings there (oauth4webapi: 60 seconds; jose and PyJWT: 30).
 */
export const verifierPauseSeconds = 60

/** How long a node trusts its copy of the keys while the database answers. */
export const nodeMaxAgeSeconds = 30

/**
 * From publishing a key to signing with it. Even verifiers that never look up an unknown key, and only renew their copy
 * every ten minutes, know the key by then.
 */
export const leadSeconds = 600

/**
 * The same with `keys rotate --now`: every verifier that follows our guide knows the key by then, also one whose
 * look-up was answered by an HTTP cache.
 */
export const urgentLeadSeconds = keySetMaxAgeSeconds + verifierPauseSeconds

/**
 * The same for the replacement of a key that may have leaked, which must end within `nodeMaxAgeSeconds`. Our own nodes
 * look up an unknown key at once, at most once a second, and their clocks may differ by some seconds. Other verifiers
 * may refuse its tokens at first, until `urgentLeadSeconds` after it was published: the command says so.
 */
export const replacementLeadSeconds = 10

/**
 * Added to the life of a token before a former key retires: a node may learn of the newer key `nodeMaxAgeSeconds` late,
 * and clocks differ.
 */
export const retirementSlackSeconds = nodeMaxAgeSeconds + 30

export const keyInUse: Problem = {
  code: 'signing_key_in_use',
  kind: 'conflict',
  title: 'Signing key in use',
  advice: 'This key signs now or will sign soon. Use --replace to create another key in its place.',
}

/** Clocks that differ by less than this do not change when a key signs. */
const slackMs = hourMs
const leadMaxMs = leadSeconds * 1_000 + slackMs
/** No key that another one has replaced is in use for longer. */
const retirementMaxMs = (leadSeconds + tokenSecondsMax + retirementSlackSeconds) * 1_000 + slackMs

/**
 * A key whose end is further away than any end is set has ended: a clock that was ahead must not keep a key that was
 * withdrawn.
 */
export function isPublished({ retiresAt }: KeyLife, now: Date): boolean {
  return retiresAt === null || isAhead(retiresAt, now, retirementMaxMs)
}

/** Every cache knows a key that was published by a clock that was far ahead, so the key does not have to wait for that time. */
function isActive({ activatesAt }: KeyLife, now: Date): boolean {
  return !isAhead(activatesAt, now, leadMaxMs)
}

/**
 * The newest key of the algorithm that is active. If none is active, perhaps because this machine's clock is behind, the
 * one that will be active first. A key that was overtaken before it became active never signs.
 * @param keys newest first
 */
export function findSigning<T extends KeyLife>(
  keys: readonly T[],
  algorithm: KeyAlgorithm,
  now: Date,
): T | null {
  const published = keys.filter((key) => key.algorithm === algorithm && isPublished(key, now))
  const byActivation = published.toSorted((one, other) => +one.activatesAt - +other.activatesAt)
  return published.find((key) => isActive(key, now)) ?? byActivation[0] ?? null
}

/** @param keys newest first */
export function stateOf(key: KeyLife, keys: readonly KeyLife[], now: Date): KeyState {
  if (!isPublished(key, now)) return 'retired'
  const signing = findSigning(keys, key.algorithm, now)
  if (signing?.kid === key.kid) return 'signing'
  return signing === null || keys.indexOf(key) < keys.indexOf(signing) ? 'next' : 'former'
}

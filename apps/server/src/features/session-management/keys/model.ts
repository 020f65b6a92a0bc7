import type { Problem } from '../../../platform/kernel/failures.ts'

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

/** Published from `createdAt`, signs from `activatesAt` until a newer key does, and is no key any more at `retiresAt`. */
export interface KeyLife {
  readonly kid: string
  readonly algorithm: KeyAlgorithm
  readonly createdAt: Date
  readonly activatesAt: Date
  /** Null while in use. */
  readonly retiresAt: Date | null
}

/** `next` is published and does not sign yet; `former` signs no longer, but what it signed is accepted. */
export type KeyState = 'next' | 'signing' | 'former' | 'retired'

/** How long a copy of the published keys may be used (RFC 9111 §5.2.2.1). */
export const keySetMaxAgeSeconds = 300

/** How long a node trusts what it has read of the keys, as long as the database answers. */
export const nodeMaxAgeSeconds = 30

/**
 * From publishing a key to signing with it. Longer than copies of the key set are kept, by our own word and by
 * the verifiers known to us (ten minutes), so that nobody meets a token before its key.
 */
export const leadSeconds = 600

/**
 * The same in an emergency: our nodes look an unknown key up at once, though not twice in a second, and their clocks
 * may differ by some seconds.
 */
export const urgentLeadSeconds = 10

/**
 * Beside the life of a token, from the moment that a newer key signs: a node may learn of that key
 * `nodeMaxAgeSeconds` late, and clocks differ.
 */
export const retirementSlackSeconds = nodeMaxAgeSeconds + 30

export const keyInUse: Problem = {
  code: 'signing_key_in_use',
  kind: 'conflict',
  title: 'Signing key in use',
  advice: 'This key signs, or is about to. Say --replace to make another that takes its place.',
}

export function isPublished({ retiresAt }: KeyLife, now: Date): boolean {
  return retiresAt === null || retiresAt > now
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
  return published.find(({ activatesAt }) => activatesAt <= now) ?? byActivation[0] ?? null
}

/** @param keys newest first */
export function stateOf(key: KeyLife, keys: readonly KeyLife[], now: Date): KeyState {
  if (!isPublished(key, now)) return 'retired'
  const signing = findSigning(keys, key.algorithm, now)
  if (signing?.kid === key.kid) return 'signing'
  return signing === null || keys.indexOf(key) < keys.indexOf(signing) ? 'next' : 'former'
}

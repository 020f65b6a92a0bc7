import { dayMs } from '../../../platform/kernel/durations.ts'
import type { Failure, Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId, ApiKeyId } from '../../../platform/kernel/ids.ts'
import { apiKeyDaysMax } from '../../../platform/kernel/lifetimes.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import type { KeyHolder } from '../../../platform/kernel/principal.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'

/** Distinguishes API keys from other credentials, and lets secret scanners find them. */
export const apiKeyPrefix = 'pxk_'

/** Of one account. Each program has a key of its own, and a program that makes keys in a loop must not fill the table (I13). */
export const keysOfAccountMax = 100
export const permissionsOfKeyMax = 50
export const networksOfKeyMax = 30
/** In code points. */
export const keyNameLengthMax = 100

/** How long the former key still works after a rotation, unless the caller says otherwise, and at most. */
export const overlapSecondsDefault = 86_400
export const overlapSecondsMax = 604_800

/** How old the stored time of the last use may become. Otherwise every request would be a write. */
export const usedAccuracyMs = 60_000
/** How often the uses of keys are stored, together. */
export const usedIntervalMs = 1_000
/** No key works longer than this. The extra day allows for a clock that is set back. */
export const keyLifeMaxMs = (apiKeyDaysMax + 1) * dayMs

/** A key, without its secret. */
export interface ApiKey {
  readonly id: ApiKeyId
  readonly accountId: AccountId
  readonly name: string
  /** Sorted. */
  readonly permissions: readonly Permission[]
  /** Addresses and networks in CIDR notation. Empty: the key works from everywhere. */
  readonly allowedNetworks: readonly string[]
  readonly createdAt: Date
  readonly expiresAt: Date
  /** Null if it was never used. */
  readonly lastUsedAt: Date | null
  /** The key that has taken its place; null if none has. */
  readonly replacedBy: ApiKeyId | null
}

/** A key as its maker wants it. */
export interface ApiKeyInput {
  readonly name: string
  readonly permissions: readonly string[]
  readonly allowedNetworks: readonly string[]
  /** Null: the usual time. */
  readonly expiresAt: Date | null
}

/** What changes. An absent field stays the same. */
export type ApiKeyChanges = Partial<Pick<ApiKeyInput, 'name' | 'permissions' | 'allowedNetworks'>>

export interface RotationInput {
  /** How long the former key still works. */
  readonly overlapSeconds: number
  /** When the new key ends. Null: the usual time. */
  readonly expiresAt: Date | null
}

/** A new key, with the secret that is shown this once. */
export interface IssuedApiKey {
  readonly apiKey: ApiKey
  readonly secret: string
}

/** The caller whom a key identifies, and what the key itself says. */
export interface FoundHolder {
  readonly holder: KeyHolder
  readonly expiresAt: Date
  readonly lastUsedAt: Date | null
  readonly allowedNetworks: readonly string[]
}

export const tooManyApiKeys: Problem = {
  code: 'too_many_api_keys',
  kind: 'conflict',
  title: 'Too many API keys',
  advice: `An account can have at most ${keysOfAccountMax} API keys. Revoke one that no program uses any more.`,
  cause: 'Keys that have ended do not count.',
}

export const alreadyRotated: Problem = {
  code: 'already_rotated',
  kind: 'conflict',
  title: 'API key already rotated',
  advice:
    'A newer key has taken the place of this one: `replaced_by` names it. Rotate that one. If its secret is lost, revoke it first.',
  cause:
    'Only the newest key of a program can be rotated. Otherwise a program that repeats the call would make a key each time, and the old key would never end.',
}

/** @param place the index of the permission in the body */
export function permissionsNotHeld(places: readonly number[]): Failure {
  return invalidFields(
    ...places.map((place) => ({
      pointer: `/permissions/${place}`,
      code: 'permission_not_held',
      detail: 'The account does not have this permission, so its key cannot have it. Leave it out.',
    })),
  )
}

import type { FieldError } from '../../../../platform/kernel/failures.ts'
import type { Username } from '../../../users/accounts/identifiers/username.ts'
import type { ProfilePatch } from '../../../users/profiles/model.ts'
import type { MapVariant } from '../maps/format.ts'
import type { Row } from '../model.ts'

/** How rows are read: the map, and the rules of the server for new accounts. */
export interface RowRules {
  readonly variant: MapVariant
  /** ISO 3166 code of numbers in national form; null to refuse them. */
  readonly region: string | null
  readonly costlyNumbers: 'refused' | 'allowed'
  readonly isReserved: (username: Username) => boolean
  readonly readProfile: (patch: ProfilePatch) => AcceptedProfile
  /** Why a hash of a password cannot be imported; null if it can. */
  readonly refuseHash: (text: string, salt: string | null) => string | null
  /** The same for a generated secret. */
  readonly refuseSecret: (secret: StoredAs) => string | null
  readonly pictureSizeMaxBytes: number
  /** The tables with the names of roles, by the name of the table. */
  readonly lookups: ReadonlyMap<string, readonly Row[]>
  /** In milliseconds. */
  readonly now: number
}

/** A generated secret, or a hash of it. */
export interface StoredAs {
  readonly keyId: string | null
  readonly text: string
  readonly isPlain: boolean
}

export interface AcceptedProfile {
  readonly patch: ProfilePatch
  /** The fields that are left out, and why. */
  readonly errors: readonly FieldError[]
}

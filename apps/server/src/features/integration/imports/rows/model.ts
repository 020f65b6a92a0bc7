import type { Email } from '../../../users/accounts/identifiers/email.ts'
import type { PhoneNumber } from '../../../users/accounts/identifiers/phone-number.ts'
import type { Username } from '../../../users/accounts/identifiers/username.ts'
import type { ProfilePatch } from '../../../users/profiles/model.ts'
import type { Note, RowRefusal } from '../model.ts'

/** The secret of a row as the old backend has it. It is hashed or checked when the account is created. */
export interface CandidateSecret {
  /** The part before the dot, if users have `key_id.secret`. */
  readonly keyId: string | null
  /** The salt of the hash, if it is kept apart. */
  readonly salt: string | null
  readonly text: string
  /** `unclear` if only the operator knows it. */
  readonly form: 'plain' | 'hash' | 'unclear'
}

/** What a row would become. Every value follows the rules for new accounts. */
export interface Candidate {
  /** The external id. */
  readonly key: string
  readonly username: Username | null
  readonly email: Email | null
  readonly phoneNumber: PhoneNumber | null
  readonly emailVerifiedAt: number | null
  readonly phoneNumberVerifiedAt: number | null
  readonly fullName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  readonly address: string | null
  readonly nationalId: string | null
  readonly locale: string | null
  /** In milliseconds; null if the old backend did not keep it. */
  readonly createdAt: number | null
  readonly isSuspended: boolean
  readonly profile: ProfilePatch
  readonly roles: readonly string[]
  /** The values that give roles only if the operator says so. */
  readonly askedRoles: readonly string[]
  readonly password: CandidateSecret | null
  readonly userSecret: CandidateSecret | null
  readonly hasPicture: boolean
}

/** A row that was read. */
export type ReadRow = { readonly key: string; readonly notes: readonly Note[] } & (
  | { readonly kind: 'candidate'; readonly candidate: Candidate; readonly picture: Buffer | null }
  | { readonly kind: 'refused'; readonly refusal: RowRefusal }
  | { readonly kind: 'skipped' }
)

import type { AccountId } from './ids.ts'

/** `pending`: waits until its owner confirms a contact. It can do nothing, like an account that does not exist. */
export type AccountStatus = 'pending' | 'active' | 'suspended' | 'deleted'

/**
 * `person`: belongs to a human, who can sign in. `service`: belongs to a program, which calls with API keys or as an
 * OAuth client. It has no password, no user secret and no contacts, so that no one can sign in to it or recover it. An
 * account never changes its kind.
 */
export type AccountKind = 'person' | 'service'

/** An account. It is in the kernel because every caller has one. */
export interface Account {
  readonly id: AccountId
  readonly kind: AccountKind
  readonly username: string | null
  readonly email: string | null
  readonly emailVerifiedAt: Date | null
  /** E.164. */
  readonly phoneNumber: string | null
  readonly phoneNumberVerifiedAt: Date | null
  /** The name of a service account, which always has one. */
  readonly fullName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  /** Sealed; opened only for the owner. */
  readonly addressSealed: string | null
  readonly nationalIdSealed: string | null
  /** BCP 47. */
  readonly locale: string | null
  readonly status: AccountStatus
  readonly createdAt: Date
  readonly updatedAt: Date
}

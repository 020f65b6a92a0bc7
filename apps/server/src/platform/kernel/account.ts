import type { AccountId } from './ids.ts'

export type AccountStatus = 'active' | 'suspended' | 'deleted'

/** The noun of the whole server. It stands in the kernel because who is calling is an account. */
export interface Account {
  readonly id: AccountId
  readonly username: string | null
  readonly email: string | null
  readonly emailVerifiedAt: Date | null
  /** E.164. */
  readonly phoneNumber: string | null
  readonly phoneNumberVerifiedAt: Date | null
  readonly fullName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  /** Opened for their owner alone. */
  readonly addressSealed: string | null
  readonly nationalIdSealed: string | null
  /** BCP 47. */
  readonly locale: string | null
  readonly status: AccountStatus
  readonly createdAt: Date
  readonly updatedAt: Date
}

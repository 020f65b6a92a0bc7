import type { AccountId } from '../../../platform/kernel/ids.ts'

/** What an erased account is known by from then on, in the audit trail alone. */
export type Pseudonym = AccountId

/** From the owner's wish until the account is erased or restored. */
export interface Deletion {
  readonly accountId: AccountId
  readonly pseudonym: Pseudonym
  readonly deletedAt: Date
  readonly eraseAt: Date
  readonly restoredAt: Date | null
}

/** What somebody who holds the receipt is told. It names nobody. */
export interface DeletionStatus {
  readonly status: 'pending' | 'restored' | 'erased'
  readonly deletedAt: Date
  /** Null where there never was a time to come back in, or it is over. */
  readonly restorableUntil: Date | null
  readonly restoredAt: Date | null
  /** When everything was erased, or will be; null where it was restored. */
  readonly erasedAt: Date | null
}

export interface Receipt extends DeletionStatus {
  /** Shown this once. */
  readonly receipt: string
}

export function statusOf({ deletedAt, eraseAt, restoredAt }: Deletion): DeletionStatus {
  if (restoredAt !== null)
    return { status: 'restored', deletedAt, restorableUntil: null, restoredAt, erasedAt: null }
  return { status: 'pending', deletedAt, restorableUntil: eraseAt, restoredAt, erasedAt: eraseAt }
}

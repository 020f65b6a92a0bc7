import type { AccountId } from '../../../platform/kernel/ids.ts'

/** A digest of the receipt, in the form of an id. It is all that the server keeps of the receipt. */
export type Pseudonym = AccountId

/** A deletion that the owner has asked for, until the account is erased or restored. */
export interface Deletion {
  readonly accountId: AccountId
  readonly pseudonym: Pseudonym
  readonly deletedAt: Date
  readonly eraseAt: Date
  readonly restoredAt: Date | null
}

/** The state of a deletion, as the holder of the receipt sees it. It does not identify the account. */
export interface DeletionStatus {
  readonly status: 'pending' | 'restored' | 'erased'
  readonly deletedAt: Date
  /** Null if there is no grace period, or it is over. */
  readonly restorableUntil: Date | null
  readonly restoredAt: Date | null
  /** When everything was erased or will be; null if the account was restored. */
  readonly erasedAt: Date | null
}

export interface Receipt extends DeletionStatus {
  /** Shown only once. */
  readonly receipt: string
}

export function statusOf({ deletedAt, eraseAt, restoredAt }: Deletion): DeletionStatus {
  if (restoredAt !== null)
    return { status: 'restored', deletedAt, restorableUntil: null, restoredAt, erasedAt: null }
  return { status: 'pending', deletedAt, restorableUntil: eraseAt, restoredAt, erasedAt: eraseAt }
}

import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { windowAround } from '../../../../platform/kernel/time-bounds.ts'
import type { ContactKind } from '../../../users/accounts/contacts/model.ts'
import { recoveryMarkMs } from '../model.ts'
import type { RecoveryMarksRepository } from './repository.ts'

export interface RecoveryMarksOptions {
  readonly db: Database
  readonly recoveryMarks: RecoveryMarksRepository
  readonly clock: Clock
  /** False if no contact is a second factor. No sign-in then needs to forget a mark, which ends by itself. */
  readonly isUsed: boolean
}

/**
 * Remembers by which contact an account was recovered last. A second factor that goes to the same contact would prove
 * nothing more, so that someone who reads the mailbox would have both (A95). It ends when the owner signs in with a factor
 * of their own, or after a day, in which the owner can notice the recovery.
 */
export class RecoveryMarks {
  readonly #options: RecoveryMarksOptions

  constructor(options: RecoveryMarksOptions) {
    this.#options = options
  }

  async set(transaction: Transaction, accountId: AccountId, kind: ContactKind): Promise<void> {
    const { clock, recoveryMarks } = this.#options
    await recoveryMarks.replace(transaction, accountId, { kind, recoveredAt: clock.now() })
  }

  /** The contact that is no second factor now; null if there is none. */
  async find(db: Database, accountId: AccountId): Promise<ContactKind | null> {
    const { clock, recoveryMarks } = this.#options
    const mark = await recoveryMarks.find(db, accountId)
    if (mark === null) return null
    // For something that is forbidden: a clock that is set back must not allow it.
    const { after, before } = windowAround(clock.now(), recoveryMarkMs)
    return mark.recoveredAt > after && mark.recoveredAt < before ? mark.kind : null
  }

  async clear(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { isUsed, recoveryMarks } = this.#options
    if (isUsed) await recoveryMarks.delete(transaction, accountId)
  }

  /** Deletes marks that no longer count. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, recoveryMarks } = this.#options
    const { after } = windowAround(clock.now(), recoveryMarkMs)
    return await inTransaction(db, (transaction) => recoveryMarks.deleteUntil(transaction, after, limit))
  }
}

import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { rateLimited } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { codeFailure, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { bindingOf, mustWait, type RecoveryPolicy, recoveryOpenMs } from './model.ts'
import type { ProvedRecovery } from './targets.ts'

export interface RecoveryWaitsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lock'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'cancel' | 'checkLink' | 'issue' | 'issuedAt'>
  readonly contacts: Pick<ContactsService, 'list'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly clock: Clock
  readonly policy: Pick<RecoveryPolicy, 'byOtherContactMs'>
}

/**
 * Makes a recovery by another contact than the main one wait, so that its owner can notice and cancel it. The wait is a
 * code whose link cancels it. So whatever invalidates the codes of an account ends the wait too.
 */
export class RecoveryWaits {
  readonly #options: RecoveryWaitsOptions

  constructor(options: RecoveryWaitsOptions) {
    this.#options = options
  }

  /**
   * Begins the wait, unless it has begun before. Asking again does not make it longer or shorter.
   * @returns when it ends; null if the recovery does not have to wait, or has waited
   */
  async endOf(
    transaction: Transaction,
    recovery: ProvedRecovery,
    context: RequestContext,
  ): Promise<Date | null> {
    const { clock, codes, policy } = this.#options
    const { account, usable, proved } = recovery
    if (policy.byOtherContactMs === 0 || !mustWait(usable, proved)) return null
    const binding = bindingOf('recovery_wait', guessSubjectOf(account.id), proved.kind)
    const now = clock.now()
    const begunAt = await codes.issuedAt(transaction, binding, proved)
    const endsAt = new Date((begunAt ?? now).getTime() + policy.byOtherContactMs)
    if (begunAt !== null && now < endsAt) return endsAt
    if (begunAt !== null && now.getTime() <= endsAt.getTime() + recoveryOpenMs) return null
    return await this.#begin(transaction, recovery, context)
  }

  /** Looks at the link of a notification without using it up (A90). @throws `code_invalid`, `code_expired` */
  async checkLink(linkToken: string): Promise<CodeProof> {
    const { codes, db } = this.#options
    const result = await codes.checkLink(db, 'recovery_wait', linkToken)
    if (!result.isRight) throw codeFailure(result)
    return result
  }

  /** Cancels a wait with the link of its notification. @throws `code_invalid`, `code_expired` */
  async cancel(linkToken: string, context: RequestContext): Promise<void> {
    const { accounts, audit, codes, contacts, db } = this.#options
    const { accountId, use } = await this.checkLink(linkToken)
    await inTransaction(db, async (transaction) => {
      await accounts.lock(transaction, accountId)
      const waiting = await use(transaction, await contacts.list(transaction, accountId))
      if (waiting === null) throw new Failure(codeInvalid)
      const subject = guessSubjectOf(accountId)
      // What the same contact has been sent or given already must not work either.
      await codes.cancel(transaction, bindingOf('recovery', subject, waiting.kind))
      await codes.cancel(transaction, bindingOf('recovery_token', subject, waiting.kind))
      await audit.success(transaction, 'recovery_cancellation', { accountId, method: waiting.kind }, context)
    })
  }

  async #begin(
    transaction: Transaction,
    { account, proved }: ProvedRecovery,
    context: RequestContext,
  ): Promise<Date> {
    const { clock, codes, outbox, policy } = this.#options
    const accountId = account.id
    const binding = bindingOf('recovery_wait', guessSubjectOf(accountId), proved.kind)
    const endsAt = new Date(clock.now().getTime() + policy.byOtherContactMs)
    await codes.issue(transaction, { ...binding, accountId, contact: proved }, async ({ linkToken }) => {
      const facts = { context, linkToken, usableAt: endsAt }
      const notified = await outbox.notifyEveryContact(transaction, account, 'recovery_waiting', facts)
      // The owner must be able to cancel it by another contact: whoever asked for the recovery controls this one.
      // Otherwise it must not begin.
      if (notified.some(({ address }) => address !== proved.address)) return true
      throw new Failure(rateLimited, { retryAfterSeconds: 3_600 })
    })
    return endsAt
  }
}

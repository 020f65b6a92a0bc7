import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { daySeconds } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type Limiter, takeOrThrow } from '../../../platform/kernel/limiter.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import { readUsername } from '../../users/accounts/identifiers/username.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

/** Counted per account, across all addresses: frequent changes are probably a search for taken names (A37). */
const changeLimit = { name: 'username-change-of-account', quota: 10, windowSeconds: daySeconds }

export interface UsernameChangeOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly identifiers: Pick<IdentifiersService, 'rename'>
  readonly limiter: Pick<Limiter, 'take'>
  readonly outbox: OutboxService
  readonly sessions: SessionsService
}

export class UsernameChangeService {
  readonly #options: UsernameChangeOptions

  constructor(options: UsernameChangeOptions) {
    this.#options = options
  }

  /** @throws `validation_failed`, `username_taken`, `rate_limited` */
  async change(caller: Principal, text: string, context: RequestContext): Promise<Account> {
    const { accounts, audit, db, identifiers, limiter, outbox, sessions } = this.#options
    const { accountId } = caller
    const username = readUsername(text)
    if (username.given === caller.account.username) return caller.account
    await takeOrThrow(limiter, changeLimit, accountId)
    return await inTransaction(db, async (transaction) => {
      if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(invalidToken)
      await sessions.authTime(transaction, caller)
      await identifiers.rename(transaction, accountId, username)
      const account = await accounts.get(transaction, accountId)
      await audit.success(transaction, 'username_change', caller, context)
      await outbox.notifyOwner(transaction, account, 'username_changed', { context })
      return account
    })
  }
}

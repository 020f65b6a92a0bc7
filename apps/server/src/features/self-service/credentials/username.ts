import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { daySeconds } from '../../../platform/kernel/durations.ts'
import { type Limiter, takeOrThrow } from '../../../platform/kernel/limiter.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../authentication/reauthentication/model.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

/** Counted per account, across all addresses: frequent changes are probably a search for taken names (A37). */
const changeLimit = { name: 'username-change-of-account', quota: 10, windowSeconds: daySeconds }

export interface UsernameChangeOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly accounts: Pick<AccountsService, 'get'>
  readonly identifiers: Pick<IdentifiersService, 'readUsername' | 'rename'>
  readonly limiter: Pick<Limiter, 'take'>
  readonly outbox: OutboxService
  readonly reauthentication: Pick<ReauthenticationService, 'byAny'>
}

export interface UsernameChange extends GivenCredentials {
  readonly username: string
}

export class UsernameChangeService {
  readonly #options: UsernameChangeOptions

  constructor(options: UsernameChangeOptions) {
    this.#options = options
  }

  /** Checks the new username, if there is one. @throws `validation_failed` */
  checkRules({ account }: Principal, { username }: Partial<UsernameChange>): void {
    if (username !== undefined) this.#options.identifiers.readUsername(username, account.username)
  }

  /**
   * Needs fresh proof: for many accounts the username is the only identifier, and a thief who changes it keeps the owner
   * from signing in.
   * @throws `validation_failed`, `step_up_required`, `invalid_credentials`, `username_taken`, `rate_limited`,
   * `overloaded`
   */
  async change(
    caller: Principal,
    { username: text, ...given }: UsernameChange,
    context: RequestContext,
  ): Promise<Account> {
    const { accounts, audit, db, identifiers, limiter, outbox, reauthentication } = this.#options
    const { accountId, sessionId } = caller
    const username = identifiers.readUsername(text, caller.account.username)
    if (username.given === caller.account.username) return caller.account
    const owner = await reauthentication.byAny(caller, given, context)
    // In a transaction of its own: a right password is refunded also if the username is taken.
    await inTransaction(db, (transaction) => owner.confirm(transaction))
    await takeOrThrow(limiter, changeLimit, accountId)
    return await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      const { username: before } = await accounts.get(transaction, accountId)
      await identifiers.rename(transaction, accountId, username)
      const account = await accounts.get(transaction, accountId)
      const changes = { before: { username: before }, after: { username: account.username } }
      const subject = { accountId, sessionId, method: owner.method, changes }
      await audit.success(transaction, 'username_change', subject, context)
      await outbox.notifyOwner(transaction, account, 'username_changed', { context })
      return account
    })
  }
}

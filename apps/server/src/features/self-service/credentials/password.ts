import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../authentication/reauthentication/model.ts'
import type {
  Reauthentication,
  ReauthenticationService,
} from '../../authentication/reauthentication/service.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { PasswordPolicy } from '../../authenticators/passwords/model.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { wordsAbout } from '../../users/accounts/model.ts'

export interface PasswordChangeOptions {
  readonly db: Database
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly audit: AuditService
  readonly outbox: OutboxService
  readonly sessions: SessionsService
  readonly passwords: PasswordsService
  readonly reauthentication: Pick<ReauthenticationService, 'byStrongest'>
}

export interface PasswordChange extends GivenCredentials {
  readonly newPassword: string
  /** Absent for the usual one. */
  readonly passwordPolicy?: PasswordPolicy | undefined
}

export class PasswordChangeService {
  readonly #options: PasswordChangeOptions

  constructor(options: PasswordChangeOptions) {
    this.#options = options
  }

  /**
   * Changes the password, or sets the first one. The old password no longer works, and every other session ends. The
   * caller's session continues, but can no longer be refreshed (A55): its refresh token may have been copied.
   * @throws `validation_failed`, `password_too_weak`, `invalid_credentials`, `step_up_required`, `rate_limited`, `overloaded`
   */
  async change(
    caller: Principal,
    { newPassword, passwordPolicy, ...given }: PasswordChange,
    context: RequestContext,
  ): Promise<void> {
    const { passwords } = this.#options
    const key = clientKeyOf(context)
    passwords.assertCapacity(context)
    // Before the old password is verified: a new one that is refused anyway must not cost a guess.
    await this.checkRules(caller, { newPassword, passwordPolicy, ...given })
    const owner = await this.#options.reauthentication.byStrongest(caller, given, context)
    const chosen = chosenPassword(newPassword, passwordPolicy, caller)
    const hash = await passwords.hash({ ...chosen, clientKey: key, onAdmitted: async () => undefined })
    await this.#store(caller, { owner, hash, context })
  }

  /** Checks the new password, if there is one. @throws `validation_failed`, `password_too_weak` */
  async checkRules(
    caller: Principal,
    { newPassword, currentPassword, passwordPolicy }: Partial<PasswordChange>,
  ): Promise<void> {
    const { passwords } = this.#options
    if (newPassword === undefined) return
    if (currentPassword !== undefined && passwords.isSame(newPassword, currentPassword)) throw unchanged()
    await passwords.assertAcceptable(chosenPassword(newPassword, passwordPolicy, caller))
  }

  async #store(
    caller: Principal,
    { owner, hash, context }: { owner: Reauthentication; hash: string; context: RequestContext },
  ): Promise<void> {
    const { audit, codes, db, outbox, passwords, sessions } = this.#options
    const { accountId, sessionId } = caller
    const { method } = owner
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      await passwords.change(transaction, accountId, hash)
      await sessions.endAllButAccess(transaction, caller)
      await codes.cancelAll(transaction, accountId)
      await audit.success(transaction, 'password_change', { accountId, sessionId, method }, context)
      await outbox.notifyOwner(transaction, caller.account, 'password_changed', { context })
    })
  }
}

function chosenPassword(password: string, policy: PasswordPolicy | undefined, { account }: Principal) {
  return { password, policy, context: wordsAbout(account), pointer: '/new_password' } as const
}

function unchanged(): Failure {
  const detail = 'This is already the password of the account. Choose another one.'
  return invalidFields({ pointer: '/new_password', code: 'unchanged', detail })
}

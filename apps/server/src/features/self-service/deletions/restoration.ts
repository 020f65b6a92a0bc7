import type { Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenIdentifier } from '../../authentication/login/model.ts'
import type { PasskeyLogin } from '../../authentication/login/passkeys/model.ts'
import type { PasskeyLoginService } from '../../authentication/login/passkeys/service.ts'
import type { LoginService } from '../../authentication/login/service.ts'
import type { SignInOutcome } from '../../authentication/sign-in/model.ts'
import type { LoginPurpose } from '../../authentication/sign-in/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionMode } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { Deletion } from './model.ts'
import type { DeletionsRepository } from './repository.ts'

export interface RestorationOptions {
  readonly clock: Clock
  readonly deletions: Pick<DeletionsRepository, 'findPending' | 'markRestored'>
  readonly accounts: Pick<AccountsService, 'lockDeleted' | 'reactivate'>
  readonly audit: Pick<AuditService, 'success'>
  readonly login: Pick<LoginService, 'withPassword' | 'withUserSecret'>
  readonly passkeyLogin: Pick<PasskeyLoginService, 'finish'>
  readonly outbox: Pick<OutboxService, 'notifyOwner'>
  readonly sessions: Pick<SessionsService, 'endAll'>
}

/** The request to restore an account, with an identifier and a password, or with a user secret or a passkey alone. */
export interface Restoration {
  readonly identifiers: readonly GivenIdentifier[]
  readonly password: string | undefined
  readonly userSecret: string | undefined
  /** The answer of a browser to the options of a sign-in. */
  readonly passkey?: Pick<PasskeyLogin, 'flow' | 'response'> | undefined
  readonly mode: SessionMode
}

/** Lets the owner of a deleted account restore it within the grace period. */
export class RestorationService {
  readonly #options: RestorationOptions
  /** What such a sign-in is for. */
  readonly purpose: LoginPurpose = {
    action: 'restoration',
    mayLogIn: ({ status }) => status === 'active' || status === 'deleted',
    lockInactive: (transaction, account) => this.#lockRestorable(transaction, account),
    activate: (transaction, account, context) => this.#reactivate(transaction, account, context),
  }

  constructor(options: RestorationOptions) {
    this.#options = options
  }

  /**
   * Restores the account if its owner has deleted it, and signs in. Apart from that it works like a sign-in: guesses
   * count on the same budget, cost the same and get the same answer (A34, A35). The owner of an active account is
   * simply signed in, so that a client that lost the answer can repeat the request (I12).
   * @throws `validation_failed`, `invalid_credentials`, `rate_limited`, `overloaded`
   */
  async restore(
    { identifiers, passkey, password, userSecret, mode }: Restoration,
    context: RequestContext,
  ): Promise<SignInOutcome> {
    const { login, passkeyLogin } = this.#options
    const proofs = [password, userSecret, passkey].filter((proof) => proof !== undefined)
    if (proofs.length !== 1 || (password === undefined && identifiers.length > 0)) throw oneProofNeeded()
    if (passkey !== undefined) return await passkeyLogin.finish({ ...passkey, mode }, context, this.purpose)
    if (userSecret !== undefined)
      return await login.withUserSecret({ userSecret, mode }, context, this.purpose)
    return await login.withPassword({ identifiers, password: password ?? '', mode }, context, this.purpose)
  }

  /**
   * Restores an account for an administrator, in a transaction that has locked it. A suspended account stays suspended.
   * @returns false if it is not deleted, or the grace period is over
   */
  async restoreFor(transaction: Transaction, { id: accountId, status }: Account): Promise<boolean> {
    const { accounts, clock, deletions, sessions } = this.#options
    const pending = await this.#findRestorable(transaction, accountId)
    if (pending === null) return false
    if (status === 'deleted') await accounts.reactivate(transaction, accountId)
    await deletions.markRestored(transaction, pending.pseudonym, clock.now())
    await sessions.endAll(transaction, accountId)
    return true
  }

  /** Locks a deleted account. @returns false if the grace period is over, or the account was suspended */
  async #lockRestorable(transaction: Transaction, { id }: Account): Promise<boolean> {
    if (!(await this.#options.accounts.lockDeleted(transaction, id))) return false
    return (await this.#findRestorable(transaction, id)) !== null
  }

  async #findRestorable(transaction: Transaction, accountId: AccountId): Promise<Deletion | null> {
    const { clock, deletions } = this.#options
    const pending = await deletions.findPending(transaction, accountId)
    return pending !== null && pending.eraseAt > clock.now() ? pending : null
  }

  async #reactivate(transaction: Transaction, account: Account, context: RequestContext): Promise<boolean> {
    const { accounts, audit, clock, deletions, outbox, sessions } = this.#options
    const { id: accountId } = account
    const pending = await this.#findRestorable(transaction, accountId)
    if (pending === null || !(await accounts.reactivate(transaction, accountId))) return false
    await deletions.markRestored(transaction, pending.pseudonym, clock.now())
    // As after a suspension, revoked sessions never work again (I2).
    await sessions.endAll(transaction, accountId)
    const changes = { before: { status: 'deleted' }, after: { status: 'active' } }
    await audit.success(transaction, 'restoration', { accountId, changes }, context)
    await outbox.notifyOwner(transaction, account, 'account_restored', { context })
    return true
  }
}

function oneProofNeeded() {
  const detail =
    'Give a password with one of identifier, username, email and phone_number, or a user_secret alone, or flow and response of a passkey alone.'
  return invalidFields({ pointer: '', code: 'one_proof_needed', detail })
}

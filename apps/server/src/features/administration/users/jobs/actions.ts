import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { RolesService } from '../../../authorization/roles/service.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { RoleAssignmentService } from '../../role-assignments/service.ts'
import type { AdministrationService } from '../service.ts'
import type { UserSessionsService } from '../sessions/service.ts'
import { needsPermission, permissionOf, type UserJob } from './model.ts'

export interface JobActionsOptions {
  readonly db: Database
  readonly administration: AdministrationService
  readonly roleAssignment: Pick<RoleAssignmentService, 'add' | 'remove'>
  readonly userSessions: Pick<UserSessionsService, 'endAll'>
  readonly accounts: Pick<AccountsService, 'find'>
  readonly roles: Pick<RolesService, 'grantsOf'>
}

/** What a job does to one account: what an administrator can do to it, with the same checks and the same events. */
export class JobActions {
  readonly #options: JobActionsOptions

  constructor(options: JobActionsOptions) {
    this.#options = options
  }

  /** The administrator, with what they may do now; null if their account can no longer act. */
  async authorOf({ id, accountId }: UserJob): Promise<Author | null> {
    const { accounts, db, roles } = this.#options
    const account = accountId === null ? null : await accounts.find(db, accountId)
    if (accountId === null || account?.status !== 'active') return null
    const { permissions } = await roles.grantsOf(db, accountId)
    const actor = { accountId, credentialId: id }
    return { caller: { accountId, permissions }, context: { ...noRequest, actor } }
  }

  /**
   * @param settle records that the account is done, in the transaction that does it
   * @throws the errors of the action
   */
  async perform(
    job: UserJob,
    accountId: AccountId | null,
    author: Author | null,
    settle: (transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    const { administration, db } = this.#options
    const needed = permissionOf[job.action]
    if (author?.caller?.permissions.includes(needed) !== true) throw needsPermission(needed)
    if (accountId === null) throw new Failure(notFound)
    if (job.action === 'delete') return void (await administration.delete(accountId, author, settle))
    await inTransaction(db, async (transaction) => {
      await this.#change(transaction, job, accountId, author)
      await settle(transaction)
    })
  }

  async #change(
    transaction: Transaction,
    { action, role, reason, endsAt }: UserJob,
    accountId: AccountId,
    author: Author,
  ): Promise<void> {
    const { administration, roleAssignment, userSessions } = this.#options
    if (action === 'suspend') await administration.suspend(accountId, { reason, endsAt }, author, transaction)
    if (action === 'lift') await administration.activate(accountId, author, transaction)
    if (action === 'end_sessions') await userSessions.endAll(accountId, author, transaction)
    if (action === 'add_role') await roleAssignment.add(accountId, role ?? '', author, transaction)
    if (action === 'remove_role') await roleAssignment.remove(accountId, role ?? '', author, transaction)
  }
}

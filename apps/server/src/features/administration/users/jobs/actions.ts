import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId, ApiKeyId, ClientId, SessionId } from '../../../../platform/kernel/ids.ts'
import { invalidToken, notFound } from '../../../../platform/kernel/problems.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { ApiKeysService } from '../../../authenticators/api-keys/service.ts'
import type { ClientsService } from '../../../authorization/clients/service.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { RolesService } from '../../../authorization/roles/service.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { RoleAssignmentService } from '../../role-assignments/service.ts'
import type { AdministrationService } from '../service.ts'
import type { UserSessionsService } from '../sessions/service.ts'
import { type JobCredential, permissionOf, type StopReason, type UserJob } from './model.ts'

export interface JobActionsOptions {
  readonly db: Database
  readonly administration: AdministrationService
  readonly roleAssignment: Pick<RoleAssignmentService, 'add' | 'remove'>
  readonly userSessions: Pick<UserSessionsService, 'endAll'>
  readonly accounts: Pick<AccountsService, 'find'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly sessions: Pick<SessionsService, 'authTime'>
  readonly apiKeys: Pick<ApiKeysService, 'get'>
  readonly clients: Pick<ClientsService, 'get'>
}

/** What a job does to one account: what an administrator can do to it, with the same checks and the same events. */
export class JobActions {
  readonly #options: JobActionsOptions

  constructor(options: JobActionsOptions) {
    this.#options = options
  }

  /**
   * The administrator, with what they may do now, or why the job must stop. If they end a session that someone has stolen,
   * or lose a role, what was begun with it must end, too (I2, I6).
   */
  async authorOf({ id, accountId, action, credential }: UserJob): Promise<Author | StopReason> {
    const { accounts, db, roles } = this.#options
    const account = accountId === null ? null : await accounts.find(db, accountId)
    if (accountId === null || account?.status !== 'active') return 'account_ended'
    if (credential !== null && !(await this.#works(accountId, credential))) return 'credential_ended'
    const { permissions } = await roles.grantsOf(db, accountId)
    if (!permissions.includes(permissionOf[action])) return 'permission_lost'
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
    author: Author,
    settle: (transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    const { administration, db } = this.#options
    if (accountId === null) throw new Failure(notFound)
    if (job.action === 'delete') return void (await administration.delete(accountId, author, settle))
    await inTransaction(db, async (transaction) => {
      await this.#change(transaction, job, accountId, author)
      await settle(transaction)
    })
  }

  async #works(accountId: AccountId, { kind, id }: JobCredential): Promise<boolean> {
    const { apiKeys, clients, db, sessions } = this.#options
    const found =
      kind === 'session'
        ? sessions.authTime(db, { accountId, sessionId: id as SessionId })
        : kind === 'api_key'
          ? apiKeys.get(db, accountId, id as ApiKeyId)
          : clients.get(db, id as ClientId)
    return await found.then(() => true, unlessEnded)
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

/** Only these say so. If the database cannot be asked, the job goes on later. */
function unlessEnded(error: unknown): false {
  if (error instanceof Failure && (error.problem === invalidToken || error.problem === notFound)) return false
  throw error
}

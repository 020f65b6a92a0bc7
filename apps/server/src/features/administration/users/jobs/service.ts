import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction, onCommitted } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { newId, type UserJobId } from '../../../../platform/kernel/ids.ts'
import { missingFrom } from '../../../../platform/kernel/permission.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { RolesService } from '../../../authorization/roles/service.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import { accessOfRoute, type IdempotencyService } from '../../../safeguards/idempotency/service.ts'
import { assertParameters } from './input.ts'
import {
  credentialTooNarrow,
  isList,
  type JobCredential,
  type JobItem,
  type JobParameters,
  jobKeptDays,
  type NewUserJob,
  needsPermission,
  permissionOf,
  type UserJob,
} from './model.ts'
import type { UserJobsRepository } from './repository.ts'

export interface UserJobsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly clock: Clock
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly jobs: UserJobsRepository
}

/** Jobs that do one action to many accounts. `JobRunner` works on them. */
export class UserJobsService {
  readonly #options: UserJobsOptions
  #wake: () => void = () => undefined

  constructor(options: UserJobsOptions) {
    this.#options = options
  }

  /** Sets the callback that starts the work on this server. Other servers find the job when they poll. */
  onJobWaiting(wake: () => void): void {
    this.#wake = wake
  }

  /**
   * Stores a job, which stops when the credential ends. With an idempotency key it is stored once, however often the request is sent.
   * @throws `forbidden`, `validation_failed`
   */
  async create(
    newJob: NewUserJob,
    author: Author,
    idempotencyKey: string | null,
    credential: JobCredential | null = null,
  ): Promise<UserJob> {
    const { idempotency } = this.#options
    const { caller } = author
    this.checkParameters(newJob)
    const needed = permissionOf[newJob.action]
    if (caller !== null && !caller.permissions.includes(needed)) throw needsPermission(needed)
    await this.#assertWhole(caller)
    const job = this.#jobOf(newJob, author, credential)
    const id = await idempotency.doOnce({
      key: idempotencyKey,
      operation: 'user_job',
      callerId: job.accountId,
      context: author.context,
      input: newJob,
      authorise: accessOfRoute,
      work: async (transaction) => {
        await this.#store(transaction, job, newJob, author)
        return job.id
      },
      accountIdOf: () => job.accountId,
      recordRepetition: null,
    })
    return id === job.id ? job : await this.get(id)
  }

  /** @throws `validation_failed`, naming every wrong field */
  checkParameters(given: Pick<NewUserJob, 'action' | keyof JobParameters>): void {
    assertParameters(given, this.#options.clock.now())
  }

  /** @throws `not_found` */
  async get(id: UserJobId): Promise<UserJob> {
    const job = await this.#options.jobs.find(this.#options.db, id)
    if (job === null) throw new Failure(notFound)
    return job
  }

  /** The accounts of a job, in the order in which they are done. @throws `not_found` */
  async listItems(
    id: UserJobId,
    page: { readonly after: number; readonly limit: number; readonly outcome: 'done' | 'skipped' | null },
  ): Promise<readonly JobItem[]> {
    await this.get(id)
    return await this.#options.jobs.listItems(this.#options.db, id, page)
  }

  /** Deletes old jobs with their reports. @returns how many rows, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, jobs } = this.#options
    const until = new Date(clock.now().getTime() - jobKeptDays * dayMs)
    return await inTransaction(db, (transaction) => jobs.deleteOld(transaction, until, limit))
  }

  /**
   * The job acts with what the account may do when it runs. A credential that permits less must not become more by way of
   * a job (I6).
   */
  async #assertWhole(caller: Author['caller']): Promise<void> {
    if (caller === null) return
    const { permissions } = await this.#options.roles.grantsOf(this.#options.db, caller.accountId)
    if (missingFrom(caller.permissions, permissions).length > 0) throw credentialTooNarrow()
  }

  #jobOf({ accounts, ...newJob }: NewUserJob, { caller }: Author, credential: JobCredential | null): UserJob {
    return {
      ...newJob,
      id: newId<UserJobId>(),
      accountId: caller?.accountId ?? null,
      credential,
      filter: isList(accounts) ? null : accounts,
      after: null,
      total: isList(accounts) ? accounts.length : null,
      done: 0,
      skipped: 0,
      createdAt: this.#options.clock.now(),
      finishedAt: null,
      stopReason: null,
    }
  }

  async #store(
    transaction: Transaction,
    job: UserJob,
    { accounts }: NewUserJob,
    { context }: Author,
  ): Promise<void> {
    const { audit, jobs } = this.#options
    await jobs.insert(transaction, job)
    if (isList(accounts)) await jobs.insertItems(transaction, job.id, accounts, 0)
    const after = { job: job.id, action: job.action, total: job.total, role: job.role }
    await audit.success(transaction, 'user_job', { changes: { before: {}, after } }, context)
    onCommitted(transaction, this.#wake)
  }
}

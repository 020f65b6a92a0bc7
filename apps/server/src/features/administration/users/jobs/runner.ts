import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { internalError } from '../../../../platform/kernel/problems.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { UserSearchService } from '../search/service.ts'
import type { JobActions } from './actions.ts'
import { type ClaimedJob, claimMs, type JobItem, type StopReason } from './model.ts'
import type { UserJobsRepository } from './repository.ts'

export interface JobRunnerOptions {
  readonly db: Database
  readonly actions: Pick<JobActions, 'authorOf' | 'perform'>
  readonly audit: Pick<AuditService, 'success'>
  readonly clock: Clock
  readonly jobs: UserJobsRepository
  readonly userSearch: Pick<UserSearchService, 'list'>
  /** Called with a fault of the server, for the log. The account is skipped, and the others are done. */
  readonly onFault: (error: unknown) => void
}

/** The accounts of one claim: few enough that it does not end before they are done. */
const batchSize = 50

/** Another server works on the job. */
class ClaimLost extends Error {}

type Outcome = Pick<JobItem, 'outcome' | 'reason'> & { readonly outcome: 'done' | 'skipped' }

/** One account of a batch. Its row in the report may not exist yet. */
interface Task {
  readonly accountId: AccountId | null
  readonly position: number
  readonly isStored: boolean
}

/**
 * Works on jobs, one account after the other. Each account is done and counted in one transaction, so a job goes on where
 * it ended, on this server or on another one, and nothing is done twice.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions

  constructor(options: JobRunnerOptions) {
    this.#options = options
  }

  /** Works on every job that is due, until there is none or the server stops. */
  async runDue(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const job = await this.#claimNext()
      if (job === null) return
      await this.#run(job, stopping).catch((error: unknown) => {
        if (!(error instanceof ClaimLost)) throw error
      })
    }
  }

  async #claimNext(): Promise<ClaimedJob | null> {
    const { clock, db, jobs } = this.#options
    const now = clock.now()
    const due = await jobs.findDue(db, { now, latestClaim: new Date(now.getTime() + 2 * claimMs) })
    if (due === null) return null
    const claimedUntil = new Date(now.getTime() + claimMs)
    // If another server was faster, this one looks for the next job when it polls.
    if (!(await jobs.claim(db, due.job.id, due.dueAt, claimedUntil))) return null
    return { ...due.job, claimedUntil }
  }

  async #run(claimed: ClaimedJob, stopping: AbortSignal): Promise<void> {
    let job = claimed
    for (;;) {
      const batch = await this.#next(job)
      for (const task of batch.tasks) {
        if (stopping.aborted) return await this.#release(job)
        // Asked again for each account: someone who has lost a permission must not go on (I2).
        const author = await this.#options.actions.authorOf(job)
        if (typeof author === 'string') return await this.#finish(job, author)
        job = await this.#do(job, task, author)
      }
      if (batch.isLast) return await this.#finish(job, null)
      job = await this.#extend({ ...job, after: batch.readUpTo ?? job.after })
    }
  }

  async #next(job: ClaimedJob): Promise<{
    readonly tasks: readonly Task[]
    readonly readUpTo: AccountId | null
    readonly isLast: boolean
  }> {
    const { db, userSearch, jobs } = this.#options
    if (job.filter === null) {
      const items = await jobs.nextItems(db, job.id, batchSize)
      return { tasks: items.map(toTask), readUpTo: null, isLast: items.length < batchSize }
    }
    const page = { after: job.after, direction: 'oldest_first', limit: batchSize } as const
    const { users, next } = await userSearch.list(job.filter, page)
    const first = job.done + job.skipped
    const tasks = users.map(({ account }, index) => ({
      accountId: account.id,
      position: first + index,
      isStored: false,
    }))
    return { tasks, readUpTo: next, isLast: next === null }
  }

  /** @throws ClaimLost, `unavailable` */
  async #do(job: ClaimedJob, task: Task, author: Author): Promise<ClaimedJob> {
    const { actions, db } = this.#options
    const settle = (outcome: Outcome) => (transaction: Transaction) =>
      this.#settle(transaction, job, task, outcome)
    try {
      await actions.perform(job, task.accountId, author, settle({ outcome: 'done', reason: null }))
      return { ...job, done: job.done + 1, after: task.accountId ?? job.after }
    } catch (error) {
      const reason = this.#reasonOf(error)
      await inTransaction(db, settle({ outcome: 'skipped', reason }))
      return { ...job, skipped: job.skipped + 1, after: task.accountId ?? job.after }
    }
  }

  /** @throws the error itself if the account may still be done later, or by another server */
  #reasonOf(error: unknown): string {
    if (error instanceof ClaimLost) throw error
    if (!(error instanceof Failure)) {
      this.#options.onFault(error)
      return internalError.code
    }
    if (error.problem.kind === 'unavailable') throw error
    return error.problem.code
  }

  async #settle(transaction: Transaction, job: ClaimedJob, task: Task, outcome: Outcome): Promise<void> {
    const { jobs } = this.#options
    const after = job.filter === null ? null : task.accountId
    if (!(await jobs.count(transaction, job, { outcome: outcome.outcome, after }))) throw new ClaimLost()
    if (!task.isStored && task.accountId !== null)
      await jobs.insertItems(transaction, job.id, [task.accountId], task.position)
    await jobs.settleItem(transaction, job.id, task.position, outcome)
  }

  async #extend(job: ClaimedJob): Promise<ClaimedJob> {
    const { clock, db, jobs } = this.#options
    const claimedUntil = new Date(clock.now().getTime() + claimMs)
    if (!(await jobs.claim(db, job.id, job.claimedUntil, claimedUntil))) throw new ClaimLost()
    return { ...job, claimedUntil }
  }

  /** Lets another server go on at once. */
  async #release(job: ClaimedJob): Promise<void> {
    const { clock, db, jobs } = this.#options
    await jobs.claim(db, job.id, job.claimedUntil, clock.now())
  }

  async #finish(job: ClaimedJob, stopReason: StopReason | null): Promise<void> {
    const { audit, clock, db, jobs } = this.#options
    await inTransaction(db, async (transaction) => {
      const isOurs = await jobs.finish(transaction, job, { at: clock.now(), stopReason })
      if (!isOurs || stopReason === null) return
      const { id, action, done, skipped } = job
      const after = { job: id, action, done, skipped, stop_reason: stopReason }
      await audit.success(transaction, 'user_job', { changes: { before: {}, after } }, noRequest)
    })
  }
}

function toTask({ accountId, position }: JobItem): Task {
  return { accountId, position, isStored: true }
}

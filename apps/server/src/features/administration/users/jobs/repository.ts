import type { Selectable } from 'kysely'
import type { UserJobItemsTable, UserJobsTable } from '../../../../platform/database/administration-tables.ts'
import { changesRows } from '../../../../platform/database/changed-rows.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId, UserJobId } from '../../../../platform/kernel/ids.ts'
import type { UserFilter } from '../search/model.ts'
import type { ClaimedJob, JobAction, JobCredential, JobItem, StopReason, UserJob } from './model.ts'

/** A job that can be claimed, and its due time, which a claim replaces. */
export interface DueJob {
  readonly job: UserJob
  readonly dueAt: Date
}

/** Every engine accepts this many rows in one statement. */
const rowsAtOnce = 500

export class UserJobsRepository {
  async insert(db: Transaction, job: UserJob): Promise<void> {
    await db
      .insertInto('user_jobs')
      .values({
        id: job.id,
        account_id: job.accountId,
        credential_kind: job.credential?.kind ?? null,
        credential_id: job.credential?.id ?? null,
        action: job.action,
        parameters: JSON.stringify({ role: job.role, reason: job.reason, endsAt: job.endsAt }),
        filter: job.filter === null ? null : JSON.stringify(job.filter),
        after: null,
        total: job.total,
        done: 0,
        skipped: 0,
        created_at: job.createdAt.getTime(),
        due_at: job.createdAt.getTime(),
        finished_at: null,
        stop_reason: null,
      })
      .execute()
  }

  async insertItems(
    db: Transaction,
    id: UserJobId,
    accounts: readonly AccountId[],
    first: number,
  ): Promise<void> {
    const rows = accounts.map((account_id, index) => ({
      job_id: id,
      position: first + index,
      account_id,
      outcome: null,
      reason: null,
    }))
    for (let start = 0; start < rows.length; start += rowsAtOnce)
      await db
        .insertInto('user_job_items')
        .values(rows.slice(start, start + rowsAtOnce))
        .execute()
  }

  async find(db: Database, id: UserJobId): Promise<UserJob | null> {
    const row = await db.selectFrom('user_jobs').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : toJob(row)
  }

  /**
   * The next job that no server works on. A claim that lasts for longer than any does was made by a wrong clock, and
   * counts as over.
   */
  async findDue(
    db: Database,
    { now, latestClaim }: { now: Date; latestClaim: Date },
  ): Promise<DueJob | null> {
    const row = await db
      .selectFrom('user_jobs')
      .selectAll()
      .where((each) =>
        each.or([each('due_at', '<=', now.getTime()), each('due_at', '>', latestClaim.getTime())]),
      )
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst()
    return row === undefined || row.due_at === null ? null : { job: toJob(row), dueAt: new Date(row.due_at) }
  }

  /** @returns false if another server was faster */
  async claim(db: Database, id: UserJobId, from: Date, until: Date): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('user_jobs')
        .set({ due_at: until.getTime() })
        .where('id', '=', id)
        .where('due_at', '=', from.getTime()),
    )
  }

  /** Counts an account, while this server still works on the job. @returns whether it does */
  async count(
    db: Transaction,
    { id, claimedUntil }: ClaimedJob,
    { outcome, after }: { outcome: 'done' | 'skipped'; after: AccountId | null },
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('user_jobs')
        .set((row) => ({ [outcome]: row(outcome, '+', 1), ...(after !== null && { after }) }))
        .where('id', '=', id)
        .where('due_at', '=', claimedUntil.getTime()),
    )
  }

  async settleItem(
    db: Transaction,
    id: UserJobId,
    position: number,
    { outcome, reason }: Pick<JobItem, 'outcome' | 'reason'>,
  ): Promise<void> {
    await db
      .updateTable('user_job_items')
      .set({ outcome, reason })
      .where('job_id', '=', id)
      .where('position', '=', position)
      .execute()
  }

  /** The accounts of a list that are not done yet. */
  async nextItems(db: Database, id: UserJobId, limit: number): Promise<JobItem[]> {
    const items = db.selectFrom('user_job_items').selectAll().where('job_id', '=', id)
    const open = items.where('outcome', 'is', null).orderBy('position').limit(limit)
    return (await open.execute()).map(toItem)
  }

  async listItems(
    db: Database,
    id: UserJobId,
    { after, limit, outcome }: { after: number; limit: number; outcome: 'done' | 'skipped' | null },
  ): Promise<JobItem[]> {
    const items = db.selectFrom('user_job_items').selectAll().where('job_id', '=', id)
    const some = outcome === null ? items : items.where('outcome', '=', outcome)
    const rows = await some.where('position', '>', after).orderBy('position').limit(limit).execute()
    return rows.map(toItem)
  }

  /** The filter may hold what someone typed about a person, and is not needed any more. */
  async finish(
    db: Transaction,
    { id, claimedUntil }: ClaimedJob,
    { at, stopReason }: { readonly at: Date; readonly stopReason: StopReason | null },
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('user_jobs')
        .set({ due_at: null, finished_at: at.getTime(), stop_reason: stopReason, filter: null, after: null })
        .where('id', '=', id)
        .where('due_at', '=', claimedUntil.getTime()),
    )
  }

  /** Takes the account out of every job, and of every report. */
  async forget(db: Transaction, accountId: AccountId): Promise<void> {
    const none = { account_id: null }
    await db.updateTable('user_job_items').set(none).where('account_id', '=', accountId).execute()
    const noCredential = { credential_kind: null, credential_id: null }
    await db
      .updateTable('user_jobs')
      .set({ ...none, ...noCredential })
      .where('account_id', '=', accountId)
      .execute()
  }

  /** Deletes rows of jobs that are older than that. @returns how many, at most `limit` */
  async deleteOld(db: Transaction, until: Date, limit: number): Promise<number> {
    const old = db.selectFrom('user_jobs').select('id').where('created_at', '<=', until.getTime())
    const [job] = await old.orderBy('created_at').limit(1).execute()
    if (job === undefined) return 0
    const items = db.selectFrom('user_job_items').select('position').where('job_id', '=', job.id)
    const positions = (await items.limit(Math.min(limit, rowsAtOnce)).execute()).map(
      ({ position }) => position,
    )
    if (positions.length === 0) {
      await db.deleteFrom('user_jobs').where('id', '=', job.id).execute()
      return 1
    }
    await db
      .deleteFrom('user_job_items')
      .where('job_id', '=', job.id)
      .where('position', 'in', positions)
      .execute()
    return positions.length
  }
}

function toJob(row: Selectable<UserJobsTable>): UserJob {
  const { role, reason, endsAt } = JSON.parse(row.parameters) as Record<
    'role' | 'reason' | 'endsAt',
    string | null
  >
  return {
    id: row.id,
    accountId: row.account_id,
    credential:
      row.credential_id === null
        ? null
        : { kind: row.credential_kind as JobCredential['kind'], id: row.credential_id },
    action: row.action as JobAction,
    role,
    reason,
    endsAt: endsAt === null ? null : new Date(endsAt),
    filter: row.filter === null ? null : (JSON.parse(row.filter) as UserFilter),
    after: row.after,
    total: row.total,
    done: row.done,
    skipped: row.skipped,
    createdAt: new Date(row.created_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
    stopReason: row.stop_reason as StopReason | null,
  }
}

function toItem(row: Selectable<UserJobItemsTable>): JobItem {
  return {
    position: row.position,
    accountId: row.account_id,
    outcome: row.outcome,
    reason: row.reason,
  }
}

import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Page, Text, Time, Uuid } from '../../../../platform/http/fields.ts'
import { PageQuery } from '../../../../platform/http/paging.ts'
import type { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import { reasonLengthMax } from '../model.ts'
import { FilterQuery, toFilter } from '../search/schema.ts'
import { type JobItem, jobActions, listedMax, type NewUserJob, type UserJob } from './model.ts'

const ActionField = Type.Enum([...jobActions], {
  title: 'UserJobAction',
  description: 'What is done to each account',
})

export const CreateJobBody = Type.Object(
  {
    action: ActionField,
    user_ids: Type.Optional(
      Type.Array(Uuid('The id of an account'), {
        minItems: 1,
        maxItems: listedMax,
        uniqueItems: true,
        description: 'The accounts, in this order',
      }),
    ),
    filter: Type.Optional(
      Type.Object(FilterQuery.properties, {
        additionalProperties: false,
        minProperties: 1,
        description: 'The accounts that a search with these parameters finds, in the order of creation',
      }),
    ),
    role: Type.Optional(
      Type.String({ maxLength: 32, description: 'The role, for `add_role` and `remove_role`' }),
    ),
    reason: Type.Optional(
      Type.String({ maxLength: reasonLengthMax, description: 'The reason, for `suspend`' }),
    ),
    ends_at: Type.Optional(Time('When the suspension ends by itself, for `suspend`')),
  },
  {
    title: 'CreateUserJobBody',
    additionalProperties: false,
    description: 'Give either `user_ids` or `filter`.',
    examples: [{ action: 'end_sessions', user_ids: [exampleId] }],
  },
)
export type CreateJobBody = Static<typeof CreateJobBody>

const exampleJob = {
  id: exampleId,
  action: 'end_sessions',
  status: 'running',
  total: 1_000,
  done: 640,
  skipped: 2,
  role: null,
  created_by: exampleId,
  created_at: exampleTime,
  finished_at: null,
  stop_reason: null,
}

export const JobView = Type.Object(
  {
    id: Uuid('The id of the job'),
    action: ActionField,
    status: Type.Enum(['waiting', 'running', 'finished', 'stopped'], {
      title: 'UserJobStatus',
      description:
        'Whether the job has begun, and whether all its accounts are done. `stopped`: it ended before that, because its author may no longer do this.',
    }),
    total: Nullable(Type.Integer(), {
      description: 'How many accounts there are; null if a filter finds them while the job runs',
    }),
    done: Type.Integer({ description: 'How many accounts are done' }),
    skipped: Type.Integer({ description: 'How many accounts were skipped. The report says why.' }),
    role: Text('The role that is added or removed; null for other actions'),
    created_by: Text('The account of the administrator; null if it is erased'),
    created_at: Time('When the job was requested'),
    finished_at: Nullable(Time('When the last account was done, or the job stopped; null before')),
    stop_reason: Nullable(Type.Enum(['account_ended', 'credential_ended', 'permission_lost']), {
      description:
        'Why the job stopped: the account of its author can no longer act, the session, key or client that started it has ended, or the author has lost the permission; null if it did not stop',
    }),
  },
  { title: 'UserJob', description: 'An action on many accounts', examples: [exampleJob] },
)
export type JobView = Static<typeof JobView>

export const JobParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the job', examples: [exampleId] }),
})

export const JobItemsQuery = Type.Object(
  {
    ...PageQuery.properties,
    outcome: Type.Optional(
      Type.Enum(['done', 'skipped'], { description: 'Only accounts that are done, or only those skipped' }),
    ),
  },
  { additionalProperties: false },
)

const exampleItem = { user_id: exampleId, outcome: 'skipped', reason: 'forbidden' }

const JobItemView = Type.Object(
  {
    user_id: Text('The id of the account; null if it is erased'),
    outcome: Nullable(
      Type.Enum(['done', 'skipped'], { title: 'UserJobOutcome', description: 'What became of the account' }),
      { description: 'Null if the account waits, or the job stopped before it' },
    ),
    reason: Text('The code of the problem for which it was skipped; null if it was not'),
  },
  { title: 'UserJobItem', description: 'One account of a job', examples: [exampleItem] },
)

export const JobItemsView = Page(JobItemView, {
  title: 'UserJobItemPage',
  description: 'A page of the report of a job',
  examples: [{ data: [exampleItem], next_cursor: null }],
})

/** What a job needs beside its accounts. */
export function toParameters({ action, role, reason, ends_at: endsAt }: CreateJobBody) {
  return {
    action,
    role: role ?? null,
    reason: reason ?? null,
    endsAt: endsAt === undefined ? null : new Date(endsAt),
  }
}

/** @throws `validation_failed` */
export function toNewJob(body: CreateJobBody, defaultRegion: string | null): NewUserJob {
  const { user_ids: ids, filter } = body
  const terms = toParameters(body)
  if (ids !== undefined && filter === undefined) return { ...terms, accounts: ids as AccountId[] }
  if (ids === undefined && filter !== undefined)
    return { ...terms, accounts: toFilter(filter, defaultRegion, '/filter') }
  throw accountsNeeded()
}

export function jobView(job: UserJob): JobView {
  const ended = job.stopReason === null ? 'finished' : 'stopped'
  const running = job.done + job.skipped > 0 ? 'running' : 'waiting'
  return {
    id: job.id,
    action: job.action,
    status: job.finishedAt === null ? running : ended,
    total: job.total,
    done: job.done,
    skipped: job.skipped,
    role: job.role,
    created_by: job.accountId,
    created_at: job.createdAt.toISOString(),
    finished_at: job.finishedAt?.toISOString() ?? null,
    stop_reason: job.stopReason,
  }
}

export function jobItemView({ accountId, outcome, reason }: JobItem): Static<typeof JobItemView> {
  return { user_id: accountId, outcome, reason }
}

function accountsNeeded(): Failure {
  const detail = 'Give either user_ids or filter.'
  return invalidFields({ pointer: '', code: 'accounts_needed', detail })
}

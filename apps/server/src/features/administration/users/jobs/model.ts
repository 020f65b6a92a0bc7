import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId, UserJobId } from '../../../../platform/kernel/ids.ts'
import type { Permission } from '../../../../platform/kernel/permission.ts'
import { type Caller, hasSession } from '../../../../platform/kernel/principal.ts'
import { forbidden } from '../../../../platform/kernel/problems.ts'
import type { UserFilter } from '../search/model.ts'

export const jobActions = ['suspend', 'lift', 'add_role', 'remove_role', 'end_sessions', 'delete'] as const
export type JobAction = (typeof jobActions)[number]

/** What the caller needs for an action on many accounts: the same as for one. */
export const permissionOf: Readonly<Record<JobAction, Permission>> = {
  suspend: 'users:write',
  lift: 'users:write',
  add_role: 'roles:write',
  remove_role: 'roles:write',
  end_sessions: 'users:write',
  delete: 'users:delete',
}

/** How many accounts a list may name. A filter may find any number. */
export const listedMax = 1_000

/** How long a finished job and its report are kept. */
export const jobKeptDays = 30

/** How long one server works on a job before another one may take it over, unless it reports progress. */
export const claimMs = 60_000

export interface JobParameters {
  readonly role: string | null
  readonly reason: string | null
  readonly endsAt: Date | null
}

/** What the administrator called with. Of a client, every token is good for some minutes only, so the client counts. */
export interface JobCredential {
  readonly kind: 'session' | 'api_key' | 'client'
  readonly id: string
}

/** Why a job ends before all its accounts are done. */
export type StopReason = 'account_ended' | 'credential_ended' | 'permission_lost'

export function credentialOf(caller: Caller): JobCredential {
  if (!hasSession(caller)) return { kind: 'api_key', id: caller.keyId }
  const { clientId, sessionId } = caller
  return clientId === null ? { kind: 'session', id: sessionId } : { kind: 'client', id: clientId }
}

export interface NewUserJob extends JobParameters {
  readonly action: JobAction
  /** The accounts: a list, or those that a filter finds while the job runs. */
  readonly accounts: readonly AccountId[] | UserFilter
}

export interface UserJob extends JobParameters {
  readonly id: UserJobId
  /** The administrator who asked for it; null once that account is erased. */
  readonly accountId: AccountId | null
  /** Null for the command line, and once the account is erased. */
  readonly credential: JobCredential | null
  readonly action: JobAction
  /** Null for a list. */
  readonly filter: UserFilter | null
  readonly after: AccountId | null
  readonly total: number | null
  readonly done: number
  readonly skipped: number
  readonly createdAt: Date
  readonly finishedAt: Date | null
  /** Null if it was not stopped. */
  readonly stopReason: StopReason | null
}

/** A job that this server works on. */
export interface ClaimedJob extends UserJob {
  /** Until when. It also shows that no other server has taken the job over. */
  readonly claimedUntil: Date
}

export interface JobItem {
  readonly position: number
  readonly accountId: AccountId | null
  readonly outcome: 'done' | 'skipped' | null
  /** The code of the problem for which it was skipped. */
  readonly reason: string | null
}

export function isList(accounts: NewUserJob['accounts']): accounts is readonly AccountId[] {
  return Array.isArray(accounts)
}

export function needsPermission(permission: Permission): Failure {
  return new Failure(forbidden, { detail: `This action needs the permission "${permission}".` })
}

export function credentialTooNarrow(): Failure {
  const detail = 'This credential permits less than its account. Sign in, and start the job in that session.'
  return new Failure(forbidden, { detail })
}

import type { AccountId, UserJobId } from '../kernel/ids.ts'

/** Why an account is suspended, and until when. Deleted when the suspension is lifted. */
export interface SuspensionsTable {
  account_id: AccountId
  reason: string | null
  suspended_at: number
  /** Null if an administrator must lift it. */
  ends_at: number | null
}

/** An action that is done to many accounts, one after the other. */
export interface UserJobsTable {
  id: UserJobId
  /** The administrator who asked for it; null once that account is erased. */
  account_id: AccountId | null
  /** What they called with: a session, an API key or a client. The job stops when it has ended. */
  credential_kind: string | null
  credential_id: string | null
  action: string
  /** JSON: the further parameters of the action, such as the role. */
  parameters: string
  /** JSON: which accounts, if they are found by a filter; null for a list, and once the job is finished. */
  filter: string | null
  /** The last account that is done, of those that the filter finds. */
  after: AccountId | null
  /** How many there are; null if they are found by a filter. */
  total: number | null
  done: number
  skipped: number
  created_at: number
  /** When it can be claimed, or when the claim of the server that works on it ends; null once it is finished. */
  due_at: number | null
  finished_at: number | null
  /** Why it ended before all accounts were done; null if it did not. */
  stop_reason: string | null
}

/** One account of a job, and what became of it. */
export interface UserJobItemsTable {
  job_id: UserJobId
  /** From 0. */
  position: number
  /** Null once the account is erased. */
  account_id: AccountId | null
  /** Null until it is done. */
  outcome: 'done' | 'skipped' | null
  /** Why it was skipped, as a code; null if it was not. */
  reason: string | null
}

import type { AccountId, Id } from '../kernel/ids.ts'

/** How often something happened in an hour, a day, a week or a month. Numbers only: no row names an account. */
export interface StatisticsTable {
  /** `event`, `message`, `people` or `active`. */
  figure: string
  period: 'hour' | 'day' | 'week' | 'month'
  /** When the period starts, in UTC. */
  starts_at: number
  /** The action of the event, or the channel of the message; empty for the others. */
  name: string
  /** How it ended; for people, `added` or `removed`; empty for active people. */
  outcome: string
  /** The methods of a sign-in; empty for everything else. */
  method: string
  /** Why a sign-in was refused; empty for everything else. */
  reason: string
  /** `real`, or `demo` for made-up figures, so that they can be removed again. */
  origin: 'real' | 'demo'
  counted: number
}

/** What is not yet added to `statistics`. Rows are only inserted, so that no one waits for another to count. */
export interface StatisticsChangesTable {
  id: StatisticsChangeId
  figure: string
  name: string
  outcome: string
  amount: number
  at: number
}

export type StatisticsChangeId = Id<'statistics change'>

/**
 * The people who were active in a day, a week or a month, so that each is counted once. Deleted soon after the period.
 * It refers to no account, because an event is counted while no account may be locked; the erasure deletes its rows.
 */
export interface AccountActivityTable {
  account_id: AccountId
  period: 'day' | 'week' | 'month'
  starts_at: number
}

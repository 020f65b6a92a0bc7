import type { AccountId } from '../kernel/ids.ts'

/** The tables of external ids; `tables.ts` lists them with all others, and explains their columns in general. */

/** The ids of accounts in other systems. Each id of a source has at most one account. */
export interface ExternalIdsTable {
  account_id: AccountId
  /** Names the system. */
  source: string
  /** As the system has it, as text. Compares byte for byte. */
  external_id: string
}

/** The highest number that an account has ever had in a source that numbers its accounts. */
export interface ExternalIdCountersTable {
  source: string
  last_number: number
}

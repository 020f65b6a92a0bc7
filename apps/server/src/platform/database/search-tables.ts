import type { AccountId } from '../kernel/ids.ts'

/** What an account is found by: a row for each identifier, and for each name from each of its words on. */
export interface AccountTermsTable {
  account_id: AccountId
  /** Folded, so that people find a name as they type it. */
  term: string
}

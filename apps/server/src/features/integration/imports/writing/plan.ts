import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Candidate } from '../rows/model.ts'

/** An account to create, from one row or from several. */
export interface PlannedAccount {
  /** That of the row that counts. */
  readonly position: number
  /** The external ids. */
  readonly keys: readonly string[]
  readonly candidate: Candidate
  /** The old backend knows it by another username, and may give this one to someone else. */
  readonly isRenamed: boolean
  /** The row that has the picture; null if there is none. */
  readonly picturePosition: number | null
}

/** An account that was there before, and gets the ids of rows. */
export interface PlannedLink {
  readonly position: number
  readonly keys: readonly string[]
  readonly accountId: AccountId
}

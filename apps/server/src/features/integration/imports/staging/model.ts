import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Note, RowRefusal } from '../model.ts'
import type { Candidate } from '../rows/model.ts'

/** What becomes of a row. */
export type Outcome =
  /** It becomes an account. */
  | 'created'
  /** It becomes part of the account of another row. */
  | 'merged'
  /** An account that was there before gets its id. */
  | 'linked'
  /** An earlier run has imported it. */
  | 'known'
  /** The map leaves it out. */
  | 'skipped'
  /** An answer of the operator leaves it out. */
  | 'left_out'
  /** A question about it has no answer yet. */
  | 'unanswered'
  | 'refused'

export const outcomes: readonly Outcome[] = [
  'created',
  'merged',
  'linked',
  'known',
  'skipped',
  'left_out',
  'unanswered',
  'refused',
]

/** The identifiers that only one account can have. The value of a username is its skeleton. */
export type ClaimKind = 'username' | 'email' | 'phone_number'

/** A row that wants an identifier. */
export interface Claim {
  readonly kind: ClaimKind
  readonly value: string
  readonly position: number
}

/** A row as it is staged. */
export interface StagedRow {
  readonly position: number
  readonly key: string | null
  readonly outcome: Outcome
  readonly candidate: Candidate | null
  readonly notes: readonly Note[]
  readonly refusal: RowRefusal | null
  /** The account of a row that is linked or known. */
  readonly accountId: AccountId | null
  /** The row of whose account it becomes a part. */
  readonly mergedInto: number | null
}

/** The identifiers that a candidate wants. */
export function claimsOf(candidate: Candidate, position: number): Claim[] {
  const { email, phoneNumber, username } = candidate
  return [
    ...(username?.skeletons ?? []).map((value) => ({ kind: 'username' as const, value, position })),
    ...(email === null ? [] : [{ kind: 'email' as const, value: email.canonical, position }]),
    ...(phoneNumber === null
      ? []
      : [{ kind: 'phone_number' as const, value: phoneNumber.canonical, position }]),
  ]
}

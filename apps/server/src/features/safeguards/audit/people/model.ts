import type { AccountId, AuditEventId } from '../../../../platform/kernel/ids.ts'

/** How the chain names an account. As it is stored. */
export interface Person {
  readonly account_id: AccountId
  readonly pseudonym: AccountId
  readonly salt: string
}

/** An event as it is stored. */
export interface EventRow {
  readonly id: AuditEventId
  readonly action: string
  readonly outcome: string
  readonly account_id: AccountId | null
  readonly actor_id: AccountId | null
  readonly credential_id: string | null
  readonly target: string | null
  readonly session_id: string | null
  readonly method: string | null
  readonly reason: string | null
  readonly request_id: string | null
  readonly ip_address: string | null
  readonly device: string | null
  /** JSON. */
  readonly changes: string | null
  readonly at: number
  readonly occurrences: number | null
  readonly subject_digest: string | null
  readonly origin_digest: string | null
}

/** By account. Has no entry for a pseudonym. */
export type People = ReadonlyMap<AccountId, Person>

/** True for a UUIDv8 (RFC 9562 §5.8), which no account has. */
export function isPseudonym(id: AccountId): boolean {
  return id[14] === '8'
}

/** The accounts that the digest of the event needs. */
export function accountsIn({ account_id, actor_id }: EventRow): AccountId[] {
  return [account_id, actor_id].filter((id): id is AccountId => id !== null && !isPseudonym(id))
}

/** An event names an account that the chain does not know. */
export class UnknownPerson extends Error {
  constructor(accountId: AccountId) {
    super(`the chain has no pseudonym for the account ${accountId}`)
    this.name = 'UnknownPerson'
  }
}

import type { Selectable } from 'kysely'
import type { AccountId, AuditEventId, SessionId } from '../kernel/ids.ts'

/**
 * What happened. A row is written once. Later, the sealing adds its block, and an erasure removes what identifies a
 * person. It outlives accounts, so it refers to no other table.
 */
export interface AuditEventsTable {
  id: AuditEventId
  action: string
  outcome: string
  /** The account that the event is about. A pseudonym once it is erased. */
  account_id: AccountId | null
  /** The account of the caller. A pseudonym once it is erased; null if the caller is not signed in, or there is none. */
  actor_id: AccountId | null
  /** The session or the key with which the caller calls. */
  credential_id: string | null
  /** What else the event is about, such as `role:support`. Never a person. */
  target: string | null
  /** The session that the event is about. */
  session_id: SessionId | null
  method: string | null
  /** Why it was refused, as a code. */
  reason: string | null
  request_id: string | null
  ip_address: string | null
  /** In words, as far as it is known: `Firefox on Linux`. */
  device: string | null
  /** JSON: the values before and after, if something changed. Never a secret. */
  changes: string | null
  at: number
  /** How many refusals the row stands for; null if it is one event. */
  occurrences: number | null
  /** The number of the block that seals it; null for less than a second or so. */
  block: number | null
  /** Stands for the session and the changes once the account is erased, so that the chain stays whole. */
  subject_digest: string | null
  /** Stands for credential, request, address and device once the account of the caller is erased. */
  origin_digest: string | null
}

export type AuditEventRow = Selectable<AuditEventsTable>

/**
 * How the chain names an account, until the account is erased. The chain has the pseudonym in place of the id, and salts
 * what identifies the person. Without this row, no one can link the pseudonym to the account.
 */
export interface AuditPeopleTable {
  account_id: AccountId
  /** A random UUIDv8. Unique. */
  pseudonym: AccountId
  salt: string
}

/** The blocks of the chain. Each holds the digests of its events, and the hash of the block before it. */
export interface AuditBlocksTable {
  /** From 1, without a gap. */
  number: number
  previous_hash: string
  hash: string
  sealed_at: number
  events: number
  /** For each event, in order: its id (16 bytes) and its digest (32 bytes). */
  digests: Uint8Array
  /** The key that signed it. */
  kid: string
  signature: string
}

/** One row: where the chain begins and ends. */
export interface AuditChainTable {
  name: string
  /** Everyone who changes the chain changes this first, and so waits for the others. */
  turns: number
  /** The number of the last block. Signed, so that no one can cut off the end of the chain. Null before the first. */
  head_block: number | null
  head_kid: string | null
  head_signature: string | null
  /** The number of the last block that the retention has deleted, and its hash. Null if it has deleted none. */
  cut_block: number | null
  cut_hash: string | null
  cut_at: number | null
  cut_kid: string | null
  cut_signature: string | null
}

/** The signed statements of what the chain was at some moment. */
export interface AuditCheckpointsTable {
  block: number
  /** JWS. */
  token: string
  created_at: number
}

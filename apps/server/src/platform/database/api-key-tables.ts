import type { AccountId, ApiKeyId } from '../kernel/ids.ts'

export interface ApiKeysTable {
  id: ApiKeyId
  account_id: AccountId
  /** For people, so that they know which program has it. */
  name: string
  /** SHA-256 of the key. Unique. */
  digest: string
  /** What the key allows, sorted and separated by spaces. Its account must hold each of them too, at each call. */
  permissions: string
  /** The addresses and networks from which it works, separated by spaces; empty if it works from everywhere. */
  allowed_networks: string
  created_at: number
  expires_at: number
  /** To the minute; null if it was never used. Has no index, like `sessions.last_seen_at`. */
  last_used_at: number | null
  /** The key that has taken its place; null if none has. */
  replaced_by: ApiKeyId | null
}

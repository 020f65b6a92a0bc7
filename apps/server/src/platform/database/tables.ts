import type { Kysely, Transaction as KyselyTransaction } from 'kysely'

/**
 * The picture of the data. Times are whole milliseconds since 1970 in UTC; ids are UUIDv7 texts; `canonical`,
 * `skeleton` and `digest` columns compare byte for byte on every engine; `sealed` columns hold ciphertext.
 */
export interface Tables {
  accounts: AccountsTable
  username_skeletons: UsernameSkeletonsTable
  account_roles: AccountRolesTable
  passwords: PasswordsTable
  user_secrets: UserSecretsTable
  sessions: SessionsTable
  signing_keys: SigningKeysTable
  guess_budgets: GuessBudgetsTable
  known_clients: KnownClientsTable
  idempotency_keys: IdempotencyKeysTable
  audit_events: AuditEventsTable
}

/** A transaction is a database too; a repository takes either, as its first parameter. */
export type Database = Kysely<Tables>
export type Transaction = KyselyTransaction<Tables>

export interface AccountsTable {
  id: string
  /** As it was given; shown. */
  username: string | null
  /** Unique; looked up at sign-in. */
  username_canonical: string | null
  email: string | null
  /** Unique; looked up at sign-in. */
  email_canonical: string | null
  email_verified_at: number | null
  /** E.164, which is its canonical form. Unique. */
  phone_number: string | null
  phone_number_verified_at: number | null
  full_name: string | null
  given_name: string | null
  family_name: string | null
  address_sealed: string | null
  national_id_sealed: string | null
  /** BCP 47. */
  locale: string | null
  status: string
  created_at: number
  updated_at: number
}

/** What a username looks like (UTS #39), as typed and in canonical form, so that nobody can look like another. */
export interface UsernameSkeletonsTable {
  account_id: string
  /** Unique. */
  skeleton: string
}

export interface AccountRolesTable {
  account_id: string
  role: string
}

export interface PasswordsTable {
  account_id: string
  /** argon2id in PHC form, with its parameters. */
  hash: string
  changed_at: number
}

export interface UserSecretsTable {
  account_id: string
  /** SHA-256 of the secret. Unique. */
  digest: string
  created_at: number
}

export interface SessionsTable {
  id: string
  account_id: string
  /** What proved the identity: `password` or `user_secret`. */
  method: string
  user_agent: string | null
  ip_address: string | null
  created_at: number
  expires_at: number
}

export interface SigningKeysTable {
  kid: string
  /** JWK as JSON, public part only. */
  public_jwk: string
  /** JWK as JSON, sealed. */
  private_jwk_sealed: string
  /** Published and accepted from then on. */
  created_at: number
  /** Signs from then on, until a newer key does; null for one that a version without this column made, at once. */
  activates_at: number | null
  /** Neither published nor accepted from then on; null while in use. */
  retires_at: number | null
  /** The kid that was the newest before, or `none`. Unique: of several nodes that make a key at once one succeeds. */
  predecessor: string | null
}

export interface GuessBudgetsTable {
  /** SHA-256 of what is guessed and, for a known client, by whom. Unique. */
  budget: string
  failures: number
  opens_at: number
}

/** From where the right password has come before. */
export interface KnownClientsTable {
  /** SHA-256 of account and client. Unique. */
  client: string
  seen_at: number
}

export interface IdempotencyKeysTable {
  /** SHA-256 of the key and its scope. Unique. */
  digest: string
  /** JSON, sealed: an answer may hold a secret that is shown once. Null while the work is done. */
  answer_sealed: string | null
  created_at: number
}

/** Outlives its account, and so refers to no other table. */
export interface AuditEventsTable {
  id: string
  action: string
  outcome: string
  account_id: string | null
  session_id: string | null
  method: string | null
  ip_address: string | null
  at: number
}

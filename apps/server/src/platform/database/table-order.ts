import type { Tables } from './tables.ts'

type PrimaryKeys = {
  readonly [Name in keyof Tables]: readonly (keyof Tables[Name] & string)[]
}

/** Each table with its primary key. A table comes after those that it refers to: rows can be inserted in this order. */
export const primaryKeys = {
  accounts: ['id'],
  username_skeletons: ['skeleton'],
  account_terms: ['account_id', 'term'],
  profiles: ['account_id'],
  pictures: ['account_id'],
  picture_files: ['account_id', 'name'],
  external_ids: ['source', 'external_id'],
  external_id_counters: ['source'],
  roles: ['name'],
  role_permissions: ['role', 'permission'],
  account_roles: ['account_id', 'role'],
  clients: ['id'],
  client_applications: ['client_id'],
  client_secrets: ['id'],
  consents: ['account_id', 'client_id'],
  client_assertions: ['assertion'],
  setup_links: ['token_digest'],
  passwords: ['account_id'],
  user_secrets: ['account_id'],
  api_keys: ['id'],
  passkeys: ['id'],
  passkey_ceremonies: ['slot'],
  totp_secrets: ['id'],
  recovery_codes: ['digest'],
  recovery_marks: ['account_id'],
  trusted_devices: ['id'],
  sign_in_challenges: ['id'],
  linked_accounts: ['id'],
  federation_flows: ['slot'],
  contact_changes: ['id'],
  former_contacts: ['id'],
  codes: ['slot'],
  sessions: ['id'],
  openid_entries: ['digest'],
  revocations: ['id'],
  revocation_feed: ['name'],
  deletions: ['pseudonym'],
  erased_accounts: ['pseudonym'],
  signing_keys: ['kid'],
  guess_budgets: ['budget'],
  known_clients: ['client'],
  sign_in_places: ['digest'],
  idempotency_keys: ['digest'],
  audit_events: ['id'],
  audit_people: ['account_id'],
  audit_blocks: ['number'],
  audit_chain: ['name'],
  audit_checkpoints: ['block'],
  messages: ['id'],
  message_counts: ['counter'],
  bounced_addresses: ['address_digest'],
  servers: ['id'],
  webhook_endpoints: ['id'],
  webhook_deliveries: ['endpoint_id', 'event_id'],
  suspensions: ['account_id'],
  user_jobs: ['id'],
  user_job_items: ['job_id', 'position'],
  statistics: ['figure', 'period', 'starts_at', 'name', 'outcome', 'method', 'reason', 'origin'],
  statistics_changes: ['id'],
  account_activity: ['account_id', 'period', 'starts_at'],
} as const satisfies PrimaryKeys

export interface OrderedTable {
  readonly name: string
  readonly primaryKey: readonly string[]
}

export const tablesInOrder: readonly OrderedTable[] = Object.entries(primaryKeys).map(
  ([name, primaryKey]) => ({ name, primaryKey }),
)

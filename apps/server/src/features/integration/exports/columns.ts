import { tablesInOrder } from '../../../platform/database/table-order.ts'
import type { Tables } from '../../../platform/database/tables.ts'
import {
  type Column,
  type ColumnsOf,
  id,
  implied,
  integer,
  optional,
  sealed,
  text,
  time,
} from './column-kinds.ts'
import { linkedAccounts, passkeys, totpSecrets } from './factor-columns.ts'

export type { Column } from './column-kinds.ts'

/**
 * What the export holds of each table. The compiler compares these lists with `tables.ts`: a new table or column does
 * not compile before someone has decided whether the export holds it.
 */

const skeletons: ColumnsOf<'username_skeletons'> = {
  account_id: optional(implied),
  skeleton: text,
  held_until: optional(time),
}

const accounts: ColumnsOf<'accounts'> = {
  id,
  kind: text,
  username: optional(text),
  username_canonical: optional(text),
  email: optional(text),
  email_canonical: optional(text),
  email_verified_at: optional(time),
  phone_number: optional(text),
  phone_number_given: optional(text),
  phone_number_verified_at: optional(time),
  full_name: optional(text),
  given_name: optional(text),
  family_name: optional(text),
  address_sealed: sealed('accounts.address', 'id'),
  national_id_sealed: sealed('accounts.national_id', 'id'),
  locale: optional(text),
  status: text,
  pending_until: optional(time),
  created_at: time,
  updated_at: time,
}

const profiles: ColumnsOf<'profiles'> = {
  account_id: implied,
  version: id,
  occupation: optional(text),
  home_address_sealed: sealed('profiles.home_address', 'account_id'),
  country: optional(text),
  county: optional(text),
  description: optional(text),
  linkedin: optional(text),
  facebook: optional(text),
  github: optional(text),
  instagram: optional(text),
  twitter: optional(text),
  youtube: optional(text),
  website: optional(text),
}

const apiKeys: ColumnsOf<'api_keys'> = {
  id,
  account_id: implied,
  name: text,
  digest: text,
  permissions: text,
  allowed_networks: text,
  created_at: time,
  expires_at: time,
  last_used_at: optional(time),
  replaced_by: optional(id),
}

const formerContacts: ColumnsOf<'former_contacts'> = {
  id,
  account_id: implied,
  number: integer,
  email: optional(text),
  email_canonical: optional(text),
  email_verified_at: optional(time),
  phone_number: optional(text),
  phone_number_verified_at: optional(time),
  requested_link_digest: text,
  changed_link_digest: optional(text),
  changed_at: time,
  expires_at: time,
}

const sessions: ColumnsOf<'sessions'> = {
  id,
  account_id: implied,
  amr: text,
  authenticated_at: time,
  second_factor_at: optional(time),
  factor_status: optional(text),
  user_agent: optional(text),
  ip_address: optional(text),
  created_at: time,
  expires_at: time,
  code_digest: optional(text),
  last_seen_at: time,
  last_seen_day: time,
  refresh_key_sealed: sealed('sessions.refresh_key', 'id'),
  refresh_generation: optional(integer),
  refresh_replaced_at: optional(text),
  client_id: optional(id),
  scope: optional(text),
  grant_id: optional(text),
  parent_session_id: optional(id),
  impersonator_id: optional(id),
  impersonator_session_id: optional(id),
  impersonation_reason: optional(text),
}

const clients: ColumnsOf<'clients'> = {
  id,
  account_id: optional(implied),
  name: text,
  grant_types: text,
  scope: text,
  token_endpoint_auth_method: text,
  redirect_uris: text,
  jwks: optional(text),
  created_at: time,
  updated_at: time,
}

const clientApplications: ColumnsOf<'client_applications'> = {
  client_id: implied,
  application_type: text,
  openid_scope: text,
  post_logout_redirect_uris: text,
  backchannel_logout_uri: optional(text),
  logo_uri: optional(text),
  client_uri: optional(text),
  policy_uri: optional(text),
  tos_uri: optional(text),
  is_first_party: integer,
  subject_type: text,
  sector_identifier: optional(text),
  id_token_signed_response_alg: text,
  require_pushed_authorization_requests: integer,
  dpop_bound_access_tokens: integer,
}

/** Why the export does not hold a table. */
export interface LeftOut {
  readonly leftOut: string
}

export type ExportedColumns = Readonly<Record<string, Column>>

const ofTheServer = 'belongs to this server and its keys; "proxima db copy" moves a whole server'
const ofTheMoment = 'lasts for minutes or hours'
const ofTheTrail =
  'the chain is signed with the keys of this server; keep the old database, or use "proxima db copy"'

export const exportRules = {
  accounts,
  username_skeletons: skeletons,
  account_terms: { leftOut: 'follows from the identifiers and the names; the import makes it again' },
  profiles,
  pictures: { account_id: implied, id, token: text, store: implied, created_at: time },
  picture_files: { leftOut: 'the picture holds its files, wherever they are stored' },
  roles: { name: text, description: optional(text), created_at: time, updated_at: time },
  role_permissions: { role: implied, permission: text },
  account_roles: { account_id: implied, role: text },
  clients,
  client_applications: clientApplications,
  client_secrets: { id, client_id: implied, digest: text, created_at: time },
  consents: { leftOut: 'people are asked again by the clients that they still use' },
  client_assertions: { leftOut: ofTheMoment },
  setup_links: { leftOut: ofTheMoment },
  passwords: {
    account_id: implied,
    hash: text,
    imported_work: optional(text),
    changed_at: time,
    version: id,
  },
  user_secrets: {
    account_id: implied,
    digest: optional(text),
    key_id: optional(text),
    imported_hash: optional(text),
    created_at: time,
  },
  api_keys: apiKeys,
  passkeys,
  passkey_ceremonies: { leftOut: ofTheMoment },
  totp_secrets: totpSecrets,
  recovery_codes: { digest: text, account_id: implied, created_at: time },
  recovery_marks: { leftOut: ofTheMoment },
  trusted_devices: { leftOut: ofTheServer },
  sign_in_challenges: { leftOut: ofTheMoment },
  linked_accounts: linkedAccounts,
  federation_flows: { leftOut: ofTheMoment },
  contact_changes: { leftOut: ofTheMoment },
  former_contacts: formerContacts,
  codes: { leftOut: ofTheMoment },
  sessions,
  openid_entries: { leftOut: ofTheMoment },
  external_ids: { account_id: implied, source: text, external_id: text },
  external_id_counters: { source: text, last_number: integer },
  revocations: { leftOut: ofTheMoment },
  revocation_feed: { leftOut: ofTheMoment },
  deletions: {
    account_id: implied,
    pseudonym: id,
    deleted_at: time,
    erase_at: time,
    restored_at: optional(time),
  },
  erased_accounts: { pseudonym: id, deleted_at: time, erased_at: time },
  signing_keys: { leftOut: ofTheServer },
  guess_budgets: { leftOut: 'digests of wrong guesses, which are counted from zero again' },
  known_clients: { leftOut: 'digests that identify no one, and that a sign-in makes again' },
  sign_in_places: { leftOut: 'digests that identify no one, and that a sign-in makes again' },
  idempotency_keys: { leftOut: ofTheMoment },
  audit_events: { leftOut: ofTheTrail },
  audit_people: { leftOut: ofTheTrail },
  audit_blocks: { leftOut: ofTheTrail },
  audit_chain: { leftOut: ofTheTrail },
  audit_checkpoints: { leftOut: ofTheTrail },
  messages: { leftOut: 'what was sent is no part of an account, and what waits would be sent twice' },
  message_counts: { leftOut: ofTheMoment },
  bounced_addresses: { leftOut: 'digests with a key of this server, which no other server can compare' },
  servers: { leftOut: ofTheServer },
  webhook_endpoints: { leftOut: ofTheTrail },
  webhook_deliveries: { leftOut: ofTheTrail },
  suspensions: { account_id: implied, reason: optional(text), suspended_at: time, ends_at: optional(time) },
  user_jobs: { leftOut: ofTheServer },
  user_job_items: { leftOut: ofTheServer },
  statistics: { leftOut: 'figures of what happened on this server' },
  statistics_changes: { leftOut: ofTheMoment },
  account_activity: { leftOut: 'kept for weeks, so that each person is counted once' },
} as const satisfies { readonly [Name in keyof Tables]: ColumnsOf<Name> | LeftOut }

export type ExportedTable = {
  [Name in keyof Tables]: (typeof exportRules)[Name] extends LeftOut ? never : Name
}[keyof Tables]

/** A table comes after those that it refers to. */
export const exportedTables: readonly ExportedTable[] = tablesInOrder
  .map(({ name }) => name as keyof Tables)
  .filter(isExported)

function isExported(name: keyof Tables): name is ExportedTable {
  return !('leftOut' in exportRules[name])
}

export function columnsOf(table: ExportedTable): ExportedColumns {
  return exportRules[table]
}

/** The member of the file for a column. What is sealed in the database is open in the file. */
export function memberOf(column: string): string {
  return column.replace(/_sealed$/, '')
}

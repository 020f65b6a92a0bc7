import type { Kysely, Transaction as KyselyTransaction, Selectable } from 'kysely'
import type { AccountKind, AccountStatus } from '../kernel/account.ts'
import type { AccountId, ServerId } from '../kernel/ids.ts'
import type { SuspensionsTable, UserJobItemsTable, UserJobsTable } from './administration-tables.ts'
import type { ApiKeysTable } from './api-key-tables.ts'
import type {
  AuditBlocksTable,
  AuditChainTable,
  AuditCheckpointsTable,
  AuditEventsTable,
  AuditPeopleTable,
} from './audit-tables.ts'
import type {
  AccountRolesTable,
  RolePermissionsTable,
  RolesTable,
  SetupLinksTable,
} from './authorization-tables.ts'
import type {
  ClientApplicationsTable,
  ClientAssertionsTable,
  ClientSecretsTable,
  ClientsTable,
  ConsentsTable,
} from './client-tables.ts'
import type { CodesTable, ContactChangesTable, FormerContactsTable } from './code-tables.ts'
import type { ExternalIdCountersTable, ExternalIdsTable } from './external-id-tables.ts'
import type {
  PasskeyCeremoniesTable,
  PasskeysTable,
  RecoveryCodesTable,
  RecoveryMarksTable,
  SignInChallengesTable,
  TotpSecretsTable,
  TrustedDevicesTable,
} from './factor-tables.ts'
import type { FederationFlowsTable, LinkedAccountsTable } from './federation-tables.ts'
import type { GuessBudgetsTable, KnownClientsTable } from './guess-tables.ts'
import type { BouncedAddressesTable, MessageCountsTable, MessagesTable } from './message-tables.ts'
import type { OpenIdEntriesTable } from './openid-tables.ts'
import type { PictureFilesTable, PicturesTable, ProfilesTable } from './profile-tables.ts'
import type { AccountTermsTable } from './search-tables.ts'
import type {
  RevocationFeedTable,
  RevocationsTable,
  SessionsTable,
  SignInPlacesTable,
} from './session-tables.ts'
import type { AccountActivityTable, StatisticsChangesTable, StatisticsTable } from './statistics-tables.ts'
import type { WebhookDeliveriesTable, WebhookEndpointsTable } from './webhook-tables.ts'

/**
 * The schema of the database. Times are whole milliseconds since 1970 in UTC; ids are UUIDv7 texts; `canonical`,
 * `skeleton` and `digest` columns compare byte for byte on every engine; `sealed` columns hold ciphertext.
 */
export interface Tables {
  accounts: AccountsTable
  username_skeletons: UsernameSkeletonsTable
  account_terms: AccountTermsTable
  profiles: ProfilesTable
  pictures: PicturesTable
  picture_files: PictureFilesTable
  external_ids: ExternalIdsTable
  external_id_counters: ExternalIdCountersTable
  roles: RolesTable
  role_permissions: RolePermissionsTable
  account_roles: AccountRolesTable
  setup_links: SetupLinksTable
  clients: ClientsTable
  client_applications: ClientApplicationsTable
  client_secrets: ClientSecretsTable
  consents: ConsentsTable
  client_assertions: ClientAssertionsTable
  passwords: PasswordsTable
  user_secrets: UserSecretsTable
  api_keys: ApiKeysTable
  passkeys: PasskeysTable
  passkey_ceremonies: PasskeyCeremoniesTable
  totp_secrets: TotpSecretsTable
  recovery_codes: RecoveryCodesTable
  recovery_marks: RecoveryMarksTable
  trusted_devices: TrustedDevicesTable
  sign_in_challenges: SignInChallengesTable
  linked_accounts: LinkedAccountsTable
  federation_flows: FederationFlowsTable
  contact_changes: ContactChangesTable
  former_contacts: FormerContactsTable
  codes: CodesTable
  sessions: SessionsTable
  openid_entries: OpenIdEntriesTable
  revocations: RevocationsTable
  revocation_feed: RevocationFeedTable
  deletions: DeletionsTable
  erased_accounts: ErasedAccountsTable
  signing_keys: SigningKeysTable
  guess_budgets: GuessBudgetsTable
  known_clients: KnownClientsTable
  sign_in_places: SignInPlacesTable
  idempotency_keys: IdempotencyKeysTable
  audit_events: AuditEventsTable
  audit_people: AuditPeopleTable
  audit_blocks: AuditBlocksTable
  audit_chain: AuditChainTable
  audit_checkpoints: AuditCheckpointsTable
  messages: MessagesTable
  message_counts: MessageCountsTable
  bounced_addresses: BouncedAddressesTable
  servers: ServersTable
  webhook_endpoints: WebhookEndpointsTable
  webhook_deliveries: WebhookDeliveriesTable
  suspensions: SuspensionsTable
  user_jobs: UserJobsTable
  user_job_items: UserJobItemsTable
  statistics: StatisticsTable
  statistics_changes: StatisticsChangesTable
  account_activity: AccountActivityTable
}

/** A transaction is also a database. A repository takes either as its first parameter. */
export type Database = Kysely<Tables>
export type Transaction = KyselyTransaction<Tables>

export interface AccountsTable {
  id: AccountId
  kind: AccountKind
  /** As the user typed it; this form is shown. */
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
  /** As the user typed it when registering; null if it has changed since. Only old APIs show it. */
  phone_number_given: string | null
  full_name: string | null
  given_name: string | null
  family_name: string | null
  address_sealed: string | null
  national_id_sealed: string | null
  /** BCP 47. */
  locale: string | null
  status: AccountStatus
  /** When a pending account is erased, unless its owner confirms a contact before; null for any other. */
  pending_until: number | null
  created_at: number
  updated_at: number
}

/** The columns of an account that queries read. They are listed, because a prepared query must not change with the table. */
export const accountColumns = [
  'accounts.id',
  'accounts.kind',
  'accounts.username',
  'accounts.email',
  'accounts.email_verified_at',
  'accounts.phone_number',
  'accounts.phone_number_verified_at',
  'accounts.full_name',
  'accounts.given_name',
  'accounts.family_name',
  'accounts.address_sealed',
  'accounts.national_id_sealed',
  'accounts.locale',
  'accounts.status',
  'accounts.created_at',
  'accounts.updated_at',
] as const satisfies readonly `accounts.${keyof AccountsTable}`[]

export type ReadAccount = Omit<
  Selectable<AccountsTable>,
  'username_canonical' | 'email_canonical' | 'phone_number_given' | 'pending_until'
>

/** The skeletons of usernames (UTS #39 §4), as typed and in canonical form, so that no two usernames look alike. */
export interface UsernameSkeletonsTable {
  /** Null if the username is held for no one. */
  account_id: AccountId | null
  skeleton: string
  /** A skeleton that is not in use is held until then, so that no one else can take it; null while it is in use. */
  held_until: number | null
}

export interface PasswordsTable {
  account_id: AccountId
  /** argon2id in PHC form, with its parameters, or a hash of another system until the next sign-in. */
  hash: string
  /** What checking the hash of another system costs, such as `bcrypt,12`; null for one of this server. */
  imported_work: string | null
  changed_at: number
  /** Changes with each new password; the same password hashed again keeps it. */
  version: string
}

export interface UserSecretsTable {
  account_id: AccountId
  /** SHA-256 of the secret, or of its part after the dot if there is a `key_id`. Unique. Null only beside `imported_hash`. */
  digest: string | null
  /** The part before the dot, by which another system found its secrets. Unique. Null for secrets of this server. */
  key_id: string | null
  /** bcrypt of the part after the dot, from another system. The first sign-in puts a digest in its place. */
  imported_hash: string | null
  created_at: number
}

/** One row for each time that the owner deletes the account. The erasure deletes it. */
export interface DeletionsTable {
  account_id: AccountId
  /** A digest of the receipt, which the server does not store. */
  pseudonym: AccountId
  deleted_at: number
  /** When the account is erased, unless it is restored before. */
  erase_at: number
  restored_at: number | null
}

/** What answers for a receipt once the account is erased. It names no one. */
export interface ErasedAccountsTable {
  /** As in `deletions`. */
  pseudonym: AccountId
  deleted_at: number
  erased_at: number
}

export interface SigningKeysTable {
  kid: string
  /** The only algorithm that the key serves, as JOSE names it. */
  algorithm: 'ES256'
  /** JWK as JSON, public part only. */
  public_jwk: string
  /** JWK as JSON, sealed. */
  private_jwk_sealed: string
  /** Published and accepted from then on. */
  created_at: number
  /** Signs from then on, until a newer key does. */
  activates_at: number
  /** Neither published nor accepted from then on; null while in use. */
  retires_at: number | null
  /**
   * The kid of the newest key of the algorithm before this one, or `none`. Unique per algorithm: if several nodes make
   * a key at once, only one succeeds.
   */
  predecessor: string
}

export interface IdempotencyKeysTable {
  /** SHA-256 of the key and its scope. Unique. */
  digest: string
  /** JSON, sealed: an answer may hold a secret that is shown once. Null while the request is handled. */
  answer_sealed: string | null
  created_at: number
  /** The account that the answer describes; null until there is an answer, and if it describes no account. */
  account_id: AccountId | null
}

/** The servers that run now. Each adds its row when it starts, updates it as long as it runs, and deletes it at the end. */
export interface ServersTable {
  id: ServerId
  /** The name of its machine. */
  host: string
  version: string
  /** The ids of its master secrets, separated by spaces: first the one that seals, then those that only open. */
  secret_ids: string
  /** As configured; null if it is not. */
  public_url: string | null
  started_at: number
  seen_at: number
}

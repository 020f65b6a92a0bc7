import { createAdministration } from './0001-administration.ts'
import { createApiKeys } from './0001-api-keys.ts'
import { createAuditTrail } from './0001-audit.ts'
import { createAuthorization } from './0001-authorization.ts'
import { createClients } from './0001-clients.ts'
import { createCodes } from './0001-codes.ts'
import { createCredentials } from './0001-credentials.ts'
import { createExternalIds } from './0001-external-ids.ts'
import { createFactors } from './0001-factors.ts'
import { createFederation } from './0001-federation.ts'
import { createFormerContacts } from './0001-former-contacts.ts'
import { createOpenId } from './0001-openid.ts'
import { createProfiles } from './0001-profiles.ts'
import { createRevocations } from './0001-revocations.ts'
import { createAccountTerms } from './0001-search.ts'
import { createSessions } from './0001-sessions.ts'
import { createStatistics } from './0001-statistics.ts'
import { createWebhooks } from './0001-webhooks.ts'
import type { Migration } from './migration.ts'
import { dropTables, lengths, optional, SchemaBuilder } from './schema-builder.ts'

/** The tables of the first release, in the order of `tables.ts`, which explains each column. */
export const initialSchema: Migration = {
  async up(db, context) {
    const schema = new SchemaBuilder(db, context)
    await createAccounts(schema)
    await createAccountTerms(schema)
    await createProfiles(schema)
    await createExternalIds(schema)
    await createAuthorization(schema, db)
    await createClients(schema)
    await createCredentials(schema)
    await createApiKeys(schema)
    await createFactors(schema)
    await createFederation(schema)
    await createFormerContacts(schema)
    await createCodes(schema)
    await createSessions(schema)
    await createOpenId(schema)
    await createRevocations(schema)
    await createDeletions(schema)
    await createSigningKeys(schema)
    await createLimits(schema)
    await createIdempotencyKeys(schema)
    await createAuditTrail(schema)
    await createMessages(schema)
    await createServers(schema)
    await createWebhooks(schema)
    await createAdministration(schema)
    await createStatistics(schema)
  },

  async down(db) {
    await dropTables(
      db,
      'account_activity',
      'statistics_changes',
      'statistics',
      'webhook_deliveries',
      'webhook_endpoints',
      'user_job_items',
      'user_jobs',
      'suspensions',
      'servers',
      'bounced_addresses',
      'message_counts',
      'messages',
      'audit_checkpoints',
      'audit_chain',
      'audit_blocks',
      'audit_people',
      'audit_events',
      'idempotency_keys',
      'known_clients',
      'guess_budgets',
      'signing_keys',
      'erased_accounts',
      'deletions',
      'revocation_feed',
      'revocations',
      'openid_entries',
      'sessions',
      'codes',
      'former_contacts',
      'contact_changes',
      'sign_in_places',
      'federation_flows',
      'linked_accounts',
      'sign_in_challenges',
      'trusted_devices',
      'recovery_marks',
      'recovery_codes',
      'totp_secrets',
      'passkey_ceremonies',
      'passkeys',
      'api_keys',
      'user_secrets',
      'passwords',
      'client_assertions',
      'consents',
      'client_secrets',
      'client_applications',
      'clients',
      'setup_links',
      'account_roles',
      'role_permissions',
      'roles',
      'external_id_counters',
      'external_ids',
      'picture_files',
      'pictures',
      'profiles',
      'username_skeletons',
      'account_terms',
      'accounts',
    )
  },
}

async function createAccounts(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const identifier = schema.text(lengths.identifier)
  const name = schema.text(lengths.name)
  const code = schema.text(lengths.code)
  const sealed = schema.text(lengths.sealed)
  await schema.createTable('accounts', {
    columns: {
      id,
      kind: code,
      username: optional(identifier),
      username_canonical: optional(identifier),
      email: optional(identifier),
      email_canonical: optional(identifier),
      email_verified_at: optional(time),
      phone_number: optional(code),
      phone_number_verified_at: optional(time),
      phone_number_given: optional(identifier),
      full_name: optional(name),
      given_name: optional(name),
      family_name: optional(name),
      address_sealed: optional(sealed),
      national_id_sealed: optional(sealed),
      locale: optional(code),
      status: code,
      pending_until: optional(time),
      created_at: time,
      updated_at: time,
    },
    primaryKey: ['id'],
    unique: [['username_canonical'], ['email_canonical'], ['phone_number']],
    indexes: [['pending_until'], ['status', 'id'], ['kind', 'id']],
  })
  await schema.createAccountTable('username_skeletons', {
    columns: {
      account_id: optional(id),
      skeleton: schema.text(lengths.skeleton),
      held_until: optional(time),
    },
    primaryKey: ['skeleton'],
    indexes: [['account_id'], ['held_until']],
  })
}

async function createDeletions(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createAccountTable('deletions', {
    columns: { pseudonym: id, deleted_at: time, erase_at: time, restored_at: optional(time) },
    primaryKey: ['pseudonym'],
    indexes: [['account_id'], ['erase_at']],
  })
  await schema.createTable('erased_accounts', {
    columns: { pseudonym: id, deleted_at: time, erased_at: time },
    primaryKey: ['pseudonym'],
  })
}

async function createSigningKeys(schema: SchemaBuilder): Promise<void> {
  const { time } = schema
  await schema.createTable('signing_keys', {
    columns: {
      kid: schema.text(lengths.digest),
      algorithm: schema.text(lengths.code),
      public_jwk: schema.text(lengths.sealed),
      private_jwk_sealed: schema.text(lengths.sealed),
      created_at: time,
      activates_at: time,
      retires_at: optional(time),
      predecessor: schema.text(lengths.digest),
    },
    primaryKey: ['kid'],
    unique: [['algorithm', 'predecessor']],
  })
}

async function createLimits(schema: SchemaBuilder): Promise<void> {
  const { time, integer } = schema
  const digest = schema.text(lengths.digest)
  await schema.createTable('guess_budgets', {
    columns: { budget: digest, failures: integer, opens_at: time, refusals: integer, typed: integer },
    primaryKey: ['budget'],
    indexes: [['opens_at']],
  })
  await schema.createTable('known_clients', {
    columns: { client: digest, seen_at: time },
    primaryKey: ['client'],
    indexes: [['seen_at']],
  })
}

async function createIdempotencyKeys(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createTable('idempotency_keys', {
    columns: {
      digest: schema.text(lengths.digest),
      answer_sealed: optional(schema.text(lengths.answer)),
      created_at: time,
      account_id: optional(id),
    },
    primaryKey: ['digest'],
    indexes: [['created_at'], ['account_id']],
  })
}

async function createMessages(schema: SchemaBuilder): Promise<void> {
  const { id, time, integer } = schema
  const code = schema.text(lengths.code)
  await schema.createTable('messages', {
    columns: {
      id,
      channel: code,
      template: code,
      account_id: optional(id),
      content_sealed: optional(schema.text(lengths.answer)),
      created_at: time,
      due_at: optional(time),
      attempts: integer,
      outcome: optional(code),
      error: optional(code),
    },
    primaryKey: ['id'],
    indexes: [['account_id'], ['due_at'], ['created_at'], ['outcome', 'id']],
  })
  await schema.createTable('message_counts', {
    columns: { counter: schema.text(lengths.digest), counted: integer, ends_at: time },
    primaryKey: ['counter'],
    indexes: [['ends_at']],
  })
  await schema.createTable('bounced_addresses', {
    columns: { address_digest: schema.text(lengths.digest), bounced_at: time },
    primaryKey: ['address_digest'],
    indexes: [['bounced_at']],
  })
}

async function createServers(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createTable('servers', {
    columns: {
      id,
      host: schema.text(lengths.identifier),
      version: schema.text(lengths.code),
      secret_ids: schema.text(lengths.name),
      public_url: optional(schema.text(lengths.url)),
      started_at: time,
      seen_at: time,
    },
    primaryKey: ['id'],
    indexes: [['seen_at']],
  })
}

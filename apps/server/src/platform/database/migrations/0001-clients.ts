import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Creates the tables of OAuth clients. A part of `0001-initial-schema.ts`. */
export async function createClients(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createAccountTable('clients', {
    columns: {
      id,
      account_id: optional(id),
      name: schema.text(lengths.name),
      grant_types: schema.text(lengths.name),
      scope: schema.text(lengths.prose),
      token_endpoint_auth_method: schema.text(lengths.code),
      redirect_uris: schema.text(lengths.sealed),
      jwks: optional(schema.text(lengths.answer)),
      created_at: time,
      updated_at: time,
    },
    primaryKey: ['id'],
    indexes: [['account_id']],
  })
  await createApplications(schema)
  await schema.createTable('client_secrets', {
    columns: { id, client_id: id, digest: schema.text(lengths.digest), created_at: time },
    primaryKey: ['id'],
    unique: [['digest']],
    indexes: [['client_id']],
    references: { client_id: { table: 'clients', column: 'id' } },
  })
  await schema.createAccountTable('consents', {
    columns: {
      client_id: id,
      scope: schema.text(lengths.sealed),
      granted_at: time,
      last_used_at: optional(time),
    },
    primaryKey: ['account_id', 'client_id'],
    indexes: [['client_id']],
    references: { client_id: { table: 'clients', column: 'id' } },
  })
  await schema.createTable('client_assertions', {
    columns: { assertion: schema.text(lengths.digest), expires_at: time },
    primaryKey: ['assertion'],
    indexes: [['expires_at']],
  })
}

async function createApplications(schema: SchemaBuilder): Promise<void> {
  const { id, integer } = schema
  const url = optional(schema.text(lengths.url))
  const code = schema.text(lengths.code)
  await schema.createTable('client_applications', {
    columns: {
      client_id: id,
      application_type: code,
      openid_scope: schema.text(lengths.name),
      post_logout_redirect_uris: schema.text(lengths.sealed),
      backchannel_logout_uri: url,
      logo_uri: url,
      client_uri: url,
      policy_uri: url,
      tos_uri: url,
      is_first_party: integer,
      subject_type: code,
      sector_identifier: optional(schema.text(lengths.identifier)),
      id_token_signed_response_alg: code,
      require_pushed_authorization_requests: integer,
      dpop_bound_access_tokens: integer,
    },
    primaryKey: ['client_id'],
    references: { client_id: { table: 'clients', column: 'id' } },
  })
}

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
  await schema.createTable('client_secrets', {
    columns: { id, client_id: id, digest: schema.text(lengths.digest), created_at: time },
    primaryKey: ['id'],
    unique: [['digest']],
    indexes: [['client_id']],
    references: { client_id: { table: 'clients', column: 'id' } },
  })
  await schema.createTable('client_assertions', {
    columns: { assertion: schema.text(lengths.digest), expires_at: time },
    primaryKey: ['assertion'],
    indexes: [['expires_at']],
  })
}

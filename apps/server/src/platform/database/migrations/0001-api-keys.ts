import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** The keys with which programs call. A part of `0001-initial-schema.ts`. */
export async function createApiKeys(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createAccountTable('api_keys', {
    columns: {
      id,
      name: schema.text(lengths.name),
      digest: schema.text(lengths.digest),
      permissions: schema.text(lengths.sealed),
      allowed_networks: schema.text(lengths.prose),
      created_at: time,
      expires_at: time,
      last_used_at: optional(time),
      replaced_by: optional(id),
    },
    primaryKey: ['id'],
    unique: [['digest']],
    indexes: [['account_id'], ['expires_at']],
    changesOften: true,
  })
}

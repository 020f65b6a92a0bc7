import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Passwords and user secrets. A part of `0001-initial-schema.ts`. */
export async function createCredentials(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createAccountTable('passwords', {
    columns: {
      hash: schema.text(lengths.identifier),
      imported_work: optional(schema.text(lengths.digest)),
      changed_at: time,
      version: id,
    },
    primaryKey: ['account_id'],
    sparseIndexes: ['imported_work'],
  })
  await schema.createAccountTable('user_secrets', {
    columns: {
      digest: optional(schema.text(lengths.digest)),
      key_id: optional(schema.text(lengths.identifier)),
      imported_hash: optional(schema.text(lengths.name)),
      created_at: time,
    },
    primaryKey: ['account_id'],
    unique: [['digest'], ['key_id']],
  })
}
